import { canonicalText, closing, splitList, tokens, trimmed } from './index-text.js'

/** What the server prints of an index, without its name, its table and its condition. */
export interface IndexDefinition {
  readonly method: string
  /** The text between the parentheses. */
  readonly columns: string
  /** The columns that it holds beside its key. */
  readonly include: readonly string[]
  readonly nullsNotDistinct: boolean
}

/** Parses what `pg_get_indexdef` returns. How the index is stored is left out. */
export function parseDefinition(definition: string): IndexDefinition {
  const words = tokens(definition)
  // The server quotes a name that has capital letters.
  const using = words.indexOf('USING')
  const opening = words.indexOf('(', using)
  const end = closing(words, opening)
  const text = (from: number, to: number) => trimmed(words.slice(from, to)).join('')
  const rest = trimmed(words.slice(end + 1))
  const includes = rest[0] === 'INCLUDE'
  const included = includes ? closing(rest, rest.indexOf('(')) : -1
  const list = includes ? rest.slice(rest.indexOf('(') + 1, included).join('') : ''
  return {
    method: canonicalText(text(using + 1, opening)),
    columns: words.slice(opening + 1, end).join(''),
    include: includedColumns(list),
    nullsNotDistinct: /^NULLS NOT DISTINCT\b/.test(trimmed(rest.slice(included + 1)).join('')),
  }
}

/** The names in an `include`, in one order, because it makes no difference. */
export function includedColumns(list: string | undefined): readonly string[] {
  if (list === undefined || list.trim() === '') return []
  return splitList(list).map(canonicalText).sort()
}
