// Run this after `npm install` has changed a package-lock.json. It makes all lockfiles the
// same wherever they are written:
// - It removes the host of the registry.
// - It adds the packages of every platform. `npm install` leaves out an optional package that the registry in use (for
//   instance a mirror) lacks, and `npm ci` then refuses its own lockfile (npm/cli#9846). The packages that need it pin
//   its version, so it can be written down without asking the registry.
import { readFileSync, writeFileSync } from 'node:fs'

for (const folder of ['.', 'bench', 'test/prisma/6', 'test/prisma/7']) complete(`${folder}/package-lock.json`)

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

/** Returns what a package finds under a name: first in its own node_modules, then in those above it. */
function resolved({ packages }, path, name) {
  for (let at = path; ; at = at.slice(0, at.lastIndexOf('/node_modules/'))) {
    const found = packages[`${at}/node_modules/${name}`]
    if (found) return found
    if (!at.includes('/node_modules/')) return packages[`node_modules/${name}`]
  }
}

/** Returns the platform in names such as `@biomejs/cli-linux-x64-musl`. */
function platformOf(name) {
  const os = /android|darwin|freebsd|linux|openbsd|openharmony|win32/.exec(name)?.[0]
  const cpu = /arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64/.exec(name.slice(name.indexOf(os ?? '')))?.[0]
  if (!os || !cpu) throw new Error(`${name}: what platform is it for?`)
  const libc = os !== 'linux' ? undefined : name.includes('musl') ? ['musl'] : name.includes('gnu') ? ['glibc'] : undefined
  return { os: [os], cpu: [cpu], libc }
}
