import { expect, test } from 'vitest'
import { longFiles } from './long-files.js'
import { sourceFiles } from './source-files.js'

test('no file is longer than can be read in one go', () => {
  const folders = ['src', 'test', 'bench', 'examples', 'scripts']
  expect(folders.flatMap((folder) => [...longFiles(sourceFiles(folder))])).toEqual([])
})

test('a line more than a file may have is found', () => {
  const lines = (count: number) => 'line\n'.repeat(count)
  const files = { 'src/a.ts': 250, 'src/b.ts': 251, 'src/postgres/functions/c.ts': 300, 'src/postgres/schema/d.ts': 301 }
  const made = new Map(Object.entries(files).map(([path, count]) => [path, lines(count)]))
  expect([...longFiles(made)]).toEqual([
    ['src/b.ts', '251 lines of at most 250'],
    ['src/postgres/schema/d.ts', '301 lines of at most 300'],
  ])
})
