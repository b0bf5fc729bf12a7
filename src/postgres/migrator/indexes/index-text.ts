/**
 * SQL text in one form, to compare a declaration with what the server prints: lower case and single spaces outside of
 * quotes, no quotes around a name that needs none, no parentheses around the whole.
 */
export function canonicalText(sql: string): string {
  let words: readonly string[] = tokens(sql).map((token) => (/^['"]/.test(token) ? unquoted(token) : token.toLowerCase()))
  while (words[0] === '(' && closing(words, 0) === words.length - 1) words = trimmed(words.slice(1, -1))
  return words.join('').replaceAll(/ ?, ?/g, ', ')
}

export interface CanonicalColumn {
  /** With the operator class, where one stands there. */
  readonly expression: string
  /** Null: the column's own. */
  readonly collation: string | null
  /** As the server prints it: nothing for ascending, and nulls only where they stand elsewhere than they would. */
  readonly direction: string
}

export function canonicalColumns(columns: string): readonly CanonicalColumn[] {
  return splitList(columns).map((column) => {
    const { expression, descending, nullsFirst } = parseColumn(column)
    const [, collation = null] = collated.exec(expression) ?? []
    const nulls = nullsFirst === descending ? '' : nullsFirst ? ' nulls first' : ' nulls last'
    return {
      expression: canonicalText(expression.replace(collated, '$2')),
      collation: collation === null ? null : collation.replaceAll('"', ''),
      direction: `${descending ? ' desc' : ''}${nulls}`,
    }
  })
}

/** A column's collation, schema left out, and the operator class that may come after it. */
const collated = /\s+collate\s+(?:\w+\.)?("(?:[^"]|"")+"|\w+)(\s+[\w."]+)?$/i

/** What the columns of an index hold, without direction, collation and operator class. */
export function keyExpressions(columns: string): readonly string[] {
  return splitList(columns).map((column) => {
    const words = trimmed(tokens(parseColumn(column).expression))
    // A name, a call or an expression in parentheses; what comes after says how it is compared.
    const first = words[0] === '(' ? closing(words, 0) : words[1] === '(' ? closing(words, 1) : 0
    return words.slice(0, first + 1).join('')
  })
}

/** Where the parenthesis that opens at `start` of the text is closed; the text's length where it is not. */
export function closingParenthesis(text: string, start: number): number {
  const words = tokens(text.slice(start))
  return start + words.slice(0, closing(words, 0)).join('').length
}

function parseColumn(column: string): { readonly expression: string; readonly descending: boolean; readonly nullsFirst: boolean } {
  const [, expression = '', direction = '', nulls = ''] =
    /^(.*?)(?:\s+(asc|desc))?(?:\s+nulls\s+(first|last))?$/is.exec(column.trim()) ?? []
  const descending = direction.toLowerCase() === 'desc'
  return { expression, descending, nullsFirst: nulls === '' ? descending : nulls.toLowerCase() === 'first' }
}

/** At the commas that stand in no parentheses and no quotes. */
function splitList(list: string): readonly string[] {
  const items = ['']
  let depth = 0
  for (const token of tokens(list)) {
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
    if (token === ',' && depth === 0) items.push('')
    else items[items.length - 1] += token
  }
  return items
}

/** Quoted texts and names, parentheses, commas, space (as one blank) and what stands between. */
function tokens(sql: string): readonly string[] {
  const found = sql.match(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\s+|[(),]|[^'"\s(),]+|['"]/g) ?? []
  return trimmed(found.map((token) => (/^\s/.test(token) ? ' ' : token)))
}

function trimmed(words: readonly string[]): readonly string[] {
  return words.slice(words[0] === ' ' ? 1 : 0, words.at(-1) === ' ' ? -1 : words.length)
}

function closing(words: readonly string[], opening: number): number {
  let depth = 0
  for (let at = opening; at < words.length; at += 1) {
    if (words[at] === '(') depth += 1
    if (words[at] === ')') depth -= 1
    if (depth === 0) return at
  }
  return words.length
}

function unquoted(token: string): string {
  return /^"[a-z_][a-z0-9_]*"$/.test(token) ? token.slice(1, -1) : token
}
