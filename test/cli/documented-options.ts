import { type FlagName, flagHelp, flagNames, flagUsage } from '../../src/cli/options/flags.js'
import type { Option } from '../../src/cli/options/option.js'
import { runOptions } from '../../src/cli/options/run-options.js'

const options = Object.entries<Option<unknown>>(runOptions)

/** Returns the table of where each option may be set and of its value if nobody sets it. */
export function settingsTable(): string {
  const rows = options.map(([key, { kind, inFile, flag, variable, byDefault, usual }]) => {
    const value = byDefault ?? usual
    const names = [inFile === false ? undefined : key, flag && `--${flag}`, variable, value === undefined ? undefined : kind.shown(value)]
    return names.map((name) => (name === undefined ? '' : code(name)))
  })
  return markdownTable([['field', 'flag', 'variable', 'default'], ...rows])
}

/** Returns the list of what each option is and what it may be. */
export function settingsList(): string {
  return options
    .map(([key, { kind, inFile, variable, about, more }]) => {
      const range = kind.range === '' ? '' : ` (${kind.range})`
      return wrapped(`- ${code(inFile === false ? (variable ?? key) : key)}: ${about}${range}.${more === undefined ? '' : ` ${more}`}`)
    })
    .join('\n')
}

export function flagsTable(): string {
  const rows = flagNames.map((name: FlagName) => [code(flagUsage(name)), flagHelp(name)])
  return markdownTable([['flag', 'means'], ...rows])
}

/** Returns the page with `content` between the two comments that have this name. */
export function withPart(page: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}: npx vitest run test/cli/documented-options.test.ts -u -->`, `<!-- end of ${name} -->`]
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the page has no part between ${begin} and ${end}`)
  return `${page.slice(0, from + begin.length)}\n\n${content}\n\n${page.slice(to)}`
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``
}

function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
  return lines.toSpliced(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`).join('\n')
}

/** Returns an item of a list with its further lines indented below its text. */
function wrapped(item: string): string {
  const lines: string[] = []
  for (const word of item.split(' ')) {
    const last = lines.pop()
    if (last === undefined) lines.push(word)
    else if (last.length + 1 + word.length <= 120) lines.push(`${last} ${word}`)
    else lines.push(last, `  ${word}`)
  }
  return lines.join('\n')
}
