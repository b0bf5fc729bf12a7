import { expect, test } from 'vitest'
import { longFiles } from './long-files.js'
import { sourceFiles } from './source-files.js'

/** The files that are still too long. A file that was divided leaves this list, and no file is added to it. */
const stillLong: readonly string[] = [
  'test/contract/mutants/mongo-mutants.ts',
  'test/postgres/coalesce.test.ts',
  'test/postgres/coalescing.test.ts',
  'test/postgres/index-build.test.ts',
  'test/postgres/index-sync.test.ts',
  'test/postgres/migrations-target.test.ts',
  'test/postgres/operations.test.ts',
  'test/store/stamping.test.ts',
  'test/store/store.test.ts',
  'test/store/validation.test.ts',
]

const long = new Map(['src', 'test', 'bench', 'examples', 'scripts'].flatMap((folder) => [...longFiles(sourceFiles(folder))]))

test('no file is longer than can be read in one go', () => {
  const tooLong = [...long].filter(([path]) => !stillLong.includes(path)).map(([path, lines]) => `${path} has ${lines}: divide it`)
  expect(tooLong).toEqual([])
})

test('the list of the files that are still too long names no other', () => {
  const divided = stillLong.filter((path) => !long.has(path)).map((path) => `${path} is gone, or short enough: take it off the list`)
  expect(divided).toEqual([])
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
