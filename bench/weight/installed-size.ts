import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Project } from './project.js'

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/**
 * The size of what `npm install` of these packages puts on the disk, with everything that they need. Optional peers are
 * left out.
 */
export function installedSize(project: Project, names: readonly string[]): { megabytes: number; count: number } {
  const found = new Set<string>()
  const visit = (name: string, from?: string): void => {
    const directory = project.find(name, from)
    if (directory === undefined || found.has(directory)) return
    found.add(directory)
    for (const needed of neededBy(directory)) visit(needed, directory)
  }
  for (const name of names) visit(name)
  const bytes = [...found].reduce((total, directory) => total + sizeOf(directory), 0)
  return { megabytes: bytes / 1e6, count: found.size }
}

function neededBy(directory: string): readonly string[] {
  const manifest: Manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter((name) => manifest.peerDependenciesMeta?.[name]?.optional !== true)
  // An optional dependency is installed only where its platform fits, so one that is missing does not count.
  return [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.optionalDependencies ?? {}), ...peers]
}

/** The size of a package's files, without the packages in its own node_modules, which are found by name. */
function sizeOf(directory: string): number {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules' && !entry.isSymbolicLink())
    .reduce((total, entry) => {
      const path = join(directory, entry.name)
      return total + (entry.isDirectory() ? sizeOf(path) : statSync(path).size)
    }, 0)
}
