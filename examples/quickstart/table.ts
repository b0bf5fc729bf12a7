const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** Characters that are two columns wide in a terminal: emoji, and the East Asian scripts. */
const wide =
  /\p{Emoji_Presentation}|\uFE0F|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/u

const mostColumns = 100

/**
 * Returns the lines of a table whose columns line up in every script. The last column is cut if its line would be too
 * long.
 */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const last = header.length - 1
  const others = header
    .slice(0, last)
    .map((_, column) => Math.max(...[header, ...rows].map((row) => width(row[column] ?? ''))))
  const room = mostColumns - others.reduce((sum, columns) => sum + columns + 2, 2)
  const cut = [header, ...rows].map((row) =>
    row.map((cell, column) => (column === last ? shortened(cell, room) : cell)),
  )
  const widths = [...others, Math.max(...cut.map((row) => width(row[last] ?? '')))]
  const lines = cut.map((row) =>
    row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell))).join('  '),
  )
  const [first = '', ...rest] = lines
  return [first, widths.map((columns) => '─'.repeat(columns)).join('──'), ...rest]
    .map((line) => `  ${line.trimEnd()}`)
    .join('\n')
}

function width(text: string): number {
  return [...graphemes.segment(text)].reduce(
    (sum, { segment }) => sum + (wide.test(segment) ? 2 : 1),
    0,
  )
}

function shortened(text: string, columns: number): string {
  if (width(text) <= columns) return text
  let kept = ''
  for (const { segment } of graphemes.segment(text)) {
    if (width(kept + segment) >= columns) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}
