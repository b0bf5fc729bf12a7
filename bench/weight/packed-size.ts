import { execFileSync } from 'node:child_process'
import type { Project } from './project.js'

/** Kilobytes of the package's files as a gzipped tarball, which is what a registry sends. */
export function packedSize(project: Project, name: string): number {
  const directory = project.find(name)
  if (directory === undefined) throw new Error(`${name} is not installed`)
  const packed = execFileSync('tar', ['-cz', '--exclude=node_modules', '-C', directory, '.'], { maxBuffer: 2 ** 30 })
  return packed.length / 1000
}
