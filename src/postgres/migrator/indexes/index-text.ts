/**
 * SQL text in one form, to compare a declaration with what the server prints. Outside quotes it has lower case and
 * single spaces, a name that needs no quotes has none, and no parentheses enclose the whole text.
 */
export function canonicalText(sql: string): string {
  let words: readonly string[] = tokens(sql).map((token) => (/^['"]/.test(token) ? unquoted(token) : token.toLowerCase()))
  while (words[0] === '(' && closing(words, 0) === words.length - 1) words = trimmed(words.slice(1, -1))
  return words.join('').replaceAll(/ ?, ?/g, ', ')
}

/**
 * The collations that a text names, in its order, without their schemas. The server's own form of an expression leaves
 * them out.
 */
export function collationsIn(sql: string): readonly string[] {
  const words = tokens(sql)
  return words.flatMap((word, at) => (/^collate$/i.test(word) ? [qualifiedName(words, at + 2).name] : []))
}

/** Splits a list at the commas that are outside parentheses and quotes. */
export function splitList(list: string): readonly string[] {
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
export function tokens(sql: string): readonly string[] {
  return trimmed((sql.match(pieces) ?? []).map((token) => (/^\s/.test(token) ? ' ' : token)))
}

const pieces = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\s+|[(),]|[^'"\s(),]+|['"]/g

export function trimmed(words: readonly string[]): readonly string[] {
  return words.slice(words[0] === ' ' ? 1 : 0, words.at(-1) === ' ' ? -1 : words.length)
}

/** The position of the parenthesis that closes the one at `opening`, or the number of words if there is none. */
export function closing(words: readonly string[], opening: number): number {
  let depth = 0
  for (let at = opening; at < words.length; at += 1) {
    if (words[at] === '(') depth += 1
    if (words[at] === ')') depth -= 1
    if (depth === 0) return at
  }
  return words.length
}

/** The name that begins at a word, without the schema before it, and where the words after it begin. */
export function qualifiedName(words: readonly string[], start: number): { readonly name: string; readonly next: number } {
  let next = start
  while (next < words.length && !/^[ (),]$/.test(words[next] ?? '')) next += 1
  const [, name = ''] = /([^".]+|"(?:[^"]|"")*")$/.exec(words.slice(start, next).join('')) ?? []
  return { name: name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase(), next }
}

function unquoted(token: string): string {
  return /^"[a-z_][a-z0-9_]*"$/.test(token) ? token.slice(1, -1) : token
}
