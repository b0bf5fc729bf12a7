import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** An empty host project that has installed the packages that we weigh. */
export interface Project {
  readonly directory: string
  /**
   * The directory in which `from` finds a package. `from` is a directory, by default the project's own. Undefined when
   * the package is not installed.
   */
  find(name: string, from?: string): string | undefined
  remove(): void
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const BENCH_MODULES = join(ROOT, 'bench', 'node_modules')

/**
 * Makes a project with the present source, built and packed as it is published, and with links to the others' packages.
 */
export function projectWithUs(): Project {
  const directory = mkdtempSync(join(tmpdir(), 'conversation-store-weight-'))
  const modules = join(directory, 'node_modules')
  mkdirSync(modules)
  packInto(modules)
  link(join(ROOT, 'node_modules', 'zod'), join(modules, 'zod'))
  for (const name of ['pg', 'kysely', 'drizzle-orm', '@prisma/client', '@prisma/adapter-pg', 'prisma', 'mongodb', 'mongoose']) {
    link(join(BENCH_MODULES, name), join(modules, name))
  }
  return {
    directory,
    find: (name, from = directory) =>
      (createRequire(join(from, 'index.js')).resolve.paths(name) ?? [])
        .map((path) => join(path, name))
        .filter((path) => existsSync(join(path, 'package.json')))
        .map((path) => realpathSync(path))[0],
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}

/** Builds into a copy, because the working tree's dist/ may be in use. */
function packInto(modules: string): void {
  const work = mkdtempSync(join(tmpdir(), 'conversation-store-pack-'))
  try {
    for (const name of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'docs'])
      cpSync(join(ROOT, name), join(work, name), { recursive: true })
    const quiet: ExecFileSyncOptionsWithStringEncoding = { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' }
    const tsup = join(ROOT, 'node_modules', 'tsup', 'dist', 'cli-default.js')
    execFileSync(process.execPath, [tsup, '--silent', '--out-dir', join(work, 'dist')], { cwd: ROOT, ...quiet })
    const packed = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--loglevel=error'], { cwd: work, ...quiet }))
    const target = join(modules, 'conversation-store')
    mkdirSync(target)
    execFileSync('tar', ['-xzf', join(work, packed[0].filename), '--strip-components=1', '-C', target])
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function link(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  symlinkSync(from, to)
}
