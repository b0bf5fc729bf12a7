/**
 * SQL text in one form, to compare a declaration with what the server prints. Outside quotes it has lower case and
 * single spaces, a name that needs no quotes has none, and no parentheses enclose the whole text.
 */
export function canonicalText(sql: string): string {
  let words: readonly string[] = tokens(sql).map((token) => (/^['"]/.test(token) ? unquoted(token) : token.toLowerCase()))
  while (words[0] === '(' && closing(words, 0) === words.length - 1) words = trimmed(words.slice(1, -1))
  return words.join('').replaceAll(/ ?, ?/g, ', ')
}

export interface CanonicalColumn {
  /** The expression, with the operator class if there is one. */
  readonly expression: string
  /** Null for the column's own collation. */
  readonly collation: string | null
  /**
   * The direction as the server prints it: nothing for ascending, and the place of nulls only if it is not the default.
   */
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

/** A column's collation without its schema, and the operator class that may come after it. */
const collated = /\s+collate\s+(?:\w+\.)?("(?:[^"]|"")+"|\w+)(\s+[\w."]+)?$/i

/** The key expressions of an index, without direction, collation and operator class. */
export function keyExpressions(columns: string): readonly string[] {
  return splitList(columns).map((column) => {
    const words = trimmed(tokens(parseColumn(column).expression))
    // This is a name, a call or an expression in parentheses. The words after it say how it is compared.
    const first = words[0] === '(' ? closing(words, 0) : words[1] === '(' ? closing(words, 1) : 0
    return words.slice(0, first + 1).join('')
  })
}

/** The position of the parenthesis that closes the one at `start`, or the text's length if there is none. */
export function closingParenthesis(text: string, start: number): number {
  const words = pieces(text.slice(start))
  return start + words.slice(0, closing(words, 0)).join('').length
}

function parseColumn(column: string): { readonly expression: string; readonly descending: boolean; readonly nullsFirst: boolean } {
  const [, expression = '', direction = '', nulls = ''] =
    /^(.*?)(?:\s+(asc|desc))?(?:\s+nulls\s+(first|last))?$/is.exec(column.trim()) ?? []
  const descending = direction.toLowerCase() === 'desc'
  return { expression, descending, nullsFirst: nulls === '' ? descending : nulls.toLowerCase() === 'first' }
}

/** Splits a list at the commas that are outside parentheses and quotes. */
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

/**
 * The tokens of a text: quoted texts and names, parentheses, commas, each run of white space as one blank, and the
 * words in between.
 */
function tokens(sql: string): readonly string[] {
  return trimmed(pieces(sql).map((token) => (/^\s/.test(token) ? ' ' : token)))
}

/** The same with white space as it is, so that their lengths are those in the text. */
function pieces(sql: string): readonly string[] {
  return sql.match(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\s+|[(),]|[^'"\s(),]+|['"]/g) ?? []
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
