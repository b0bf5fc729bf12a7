import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const widest = 120
/** Written by `npm run bench`. Its tables have a column for each rival. */
const generated = ['docs/benchmarks.md']
/** Written by the API report, and by changesets from one line each. */
const kept = /^(api|\.changeset)\//

describe('prose', () => {
  test('comments have at most 120 columns', () => {
    expect(tracked('*.ts', '*.mjs').flatMap((file) => wideLines(file, isComment))).toEqual([])
  })

  test('pages have at most 120 columns, their tables included', () => {
    const pages = tracked('*.md').filter((file) => !generated.includes(file) && !kept.test(file))
    expect(pages.flatMap((file) => wideLines(file, isWrappable))).toEqual([])
  })

  test('a comment that is too wide is found', () => {
    const wide = 'word '.repeat(30)
    expect([`  // ${wide}`, `   * ${wide}`, `/** ${wide} */`, `  -- ${wide}`].every(isComment)).toBe(true)
    expect(isComment(`  const text = '${wide}'`)).toBe(false)
  })
})

function tracked(...patterns: readonly string[]): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns], { encoding: 'utf8' })
  return listed.split('\n').filter((file) => file !== '' && !file.includes('/fixtures/'))
}

function wideLines(file: string, counts: (line: string) => boolean): readonly string[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((line, index) => (line.length > widest && counts(line) ? [`${file}:${index + 1} has ${line.length}`] : []))
}

/** True for a line that is nothing but a comment, in TypeScript or in SQL. */
function isComment(line: string): boolean {
  return /^\s*(\/\/|\/\*\*|\*|--) (?!=)/.test(line)
}

/** False for one long word, such as a link, because it can't be wrapped. */
function isWrappable(line: string): boolean {
  return line.trim().includes(' ')
}
