// Run after `npm install` has changed a package-lock.json. It makes ours and bench's say the same wherever they were
// written: - they name no registry's host; - they have every platform's packages. `npm install` leaves out an optional
// one that the registry at hand (a mirror, say) lacks, and   `npm ci` then refuses its own lockfile (npm/cli#9846).
// Their parents pin their versions, so they can be written down unseen.
import { readFileSync, writeFileSync } from 'node:fs'

for (const file of ['package-lock.json', 'bench/package-lock.json']) complete(file)

function complete(file) {
  const lock = JSON.parse(readFileSync(file, 'utf8'))

  for (const entry of Object.values(lock.packages)) delete entry.resolved

  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const pinned = /^\d/.test(version)
      if (!pinned || resolved(lock, path, name)?.version === version) continue
      const { cpu, os, libc } = platformOf(name)
      const place = lock.packages[`node_modules/${name}`] ? `${path}/node_modules/${name}` : `node_modules/${name}`
      lock.packages[place] = { version, cpu, ...(entry.dev && { dev: true }), ...(libc && { libc }), optional: true, os }
      console.log(`${file}: added ${name}@${version}`)
    }
  }

  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'))
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`)
}

/** What a package finds under a name: in its own node_modules, then in those above it. */
function resolved({ packages }, path, name) {
  for (let at = path; ; at = at.slice(0, at.lastIndexOf('/node_modules/'))) {
    const found = packages[`${at}/node_modules/${name}`]
    if (found) return found
    if (!at.includes('/node_modules/')) return packages[`node_modules/${name}`]
  }
}

/** The platform in names such as `@biomejs/cli-linux-x64-musl`. */
function platformOf(name) {
  const os = /android|darwin|freebsd|linux|openbsd|openharmony|win32/.exec(name)?.[0]
  const cpu = /arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64/.exec(name.slice(name.indexOf(os ?? '')))?.[0]
  if (!os || !cpu) throw new Error(`${name}: what platform is it for?`)
  const libc = os !== 'linux' ? undefined : name.includes('musl') ? ['musl'] : name.includes('gnu') ? ['glibc'] : undefined
  return { os: [os], cpu: [cpu], libc }
}
