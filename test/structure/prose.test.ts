import { describe, expect, test } from 'vitest'
import { pages, sourceFiles } from './source-files.js'

const widest = 120
/** The pages that a command writes: the benchmarks, the API reports, and changesets with one line each. */
const written = /^(docs\/benchmarks\.md|api\/|\.changeset\/)/

describe('prose', () => {
  test('comments have at most 120 columns', () => {
    const folders = ['src', 'test', 'bench', 'examples', 'scripts']
    expect(folders.flatMap((folder) => wideLines(sourceFiles(folder), isComment))).toEqual([])
  })

  test('pages have at most 120 columns, their tables included', () => {
    const ours = [...pages()].filter(([path]) => !written.test(path))
    expect(wideLines(new Map(ours), isWrappable)).toEqual([])
  })

  test('a comment that is too wide is found', () => {
    const wide = 'word '.repeat(30)
    expect([`  // ${wide}`, `   * ${wide}`, `/** ${wide} */`, `  -- ${wide}`].every(isComment)).toBe(true)
    expect(isComment(`  const text = '${wide}'`)).toBe(false)
    expect(wideLines(new Map([['a.ts', `\n// ${wide}`]]), isComment)).toEqual(['a.ts:2 has 153'])
  })
})

function wideLines(files: ReadonlyMap<string, string>, counts: (line: string) => boolean): readonly string[] {
  return [...files].flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => (line.length > widest && counts(line) ? [`${path}:${index + 1} has ${line.length}`] : [])),
  )
}

/** A line that is nothing but a comment, in TypeScript or in SQL. */
function isComment(line: string): boolean {
  return /^\s*(\/\/|\/\*\*|\*|--) (?!=)/.test(line)
}

/** One long word, such as a link, can't be wrapped. */
function isWrappable(line: string): boolean {
  return line.trim().includes(' ')
}
