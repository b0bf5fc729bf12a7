import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** Folders that hold what others wrote, or what a command writes. */
const notOurs = new Set(['node_modules', 'dist', 'generated', 'fixtures', '.git', '.data'])

/**
 * Returns the text of every program below a folder of the repository, by its path from the repository's root:
 * `src/index.ts`.
 */
export function sourceFiles(folder: string): ReadonlyMap<string, string> {
  return textsBelow(folder, /\.(ts|mjs)$/)
}

/** Returns the text of every Markdown page of the repository, by its path. */
export function pages(): ReadonlyMap<string, string> {
  return textsBelow('.', /\.md$/)
}

function textsBelow(folder: string, name: RegExp): ReadonlyMap<string, string> {
  const paths = pathsBelow(folder).filter((path) => name.test(path))
  return new Map(paths.map((path) => [path, readFileSync(`${root}${path}`, 'utf8')]))
}

function pathsBelow(folder: string): readonly string[] {
  return readdirSync(`${root}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : pathsBelow(path)
    return [path]
  })
}
