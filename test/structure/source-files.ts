import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Returns the text of every program below a folder of the repository, by its path from the repository's root:
 * `src/index.ts`.
 */
export function sourceFiles(folder: string): ReadonlyMap<string, string> {
  return new Map(pathsBelow(folder).map((path) => [path, readFileSync(`${root}${path}`, 'utf8')]))
}

function pathsBelow(folder: string): readonly string[] {
  return readdirSync(`${root}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : pathsBelow(path)
    return /\.(ts|mjs)$/.test(entry.name) ? [path] : []
  })
}
