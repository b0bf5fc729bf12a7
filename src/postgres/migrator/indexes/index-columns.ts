import { canonicalText, closing, qualifiedName, splitList, tokens, trimmed } from './index-text.js'

/** One key of an index, as a declaration or the server writes it. */
export interface IndexColumn {
  /** The key itself: a name, a call or an expression in parentheses. */
  readonly key: string
  /** The same in the form of `canonicalText`. */
  readonly expression: string
  /** Without its schema. Null for the column's own collation. */
  readonly collation: string | null
  /** The operator class, without its schema. Null for the default one of the type. */
  readonly operatorClass: string | null
  /** What is given to the operator class: `siglen = 32`. Empty if nothing is. */
  readonly parameters: string
  /**
   * The direction as the server prints it: nothing for ascending, and the place of nulls only if it is not the default.
   */
  readonly direction: string
}

/** Parses the text between the parentheses of an index. */
export function indexColumns(columns: string): readonly IndexColumn[] {
  return splitList(columns).map(parseColumn)
}

function parseColumn(column: string): IndexColumn {
  const words = tokens(column)
  const end = endOfKey(words)
  const key = words.slice(0, end).join('')
  let rest = trimmed(words.slice(end))
  const isNext = (word: RegExp) => word.test(rest[0] ?? '')
  const take = (count: number) => {
    rest = trimmed(rest.slice(count))
  }

  let collation: string | null = null
  if (isNext(/^collate$/i)) {
    const named = qualifiedName(rest, 2)
    collation = named.name
    take(named.next)
  }
  let operatorClass: string | null = null
  let parameters = ''
  if (rest.length > 0 && !isNext(/^(asc|desc|nulls)$/i)) {
    const named = qualifiedName(rest, 0)
    operatorClass = named.name
    take(named.next)
    if (isNext(/^\($/)) {
      const last = closing(rest, 0)
      parameters = parameterText(rest.slice(1, last).join(''))
      take(last + 1)
    }
  }
  return { key, expression: canonicalText(key), collation, operatorClass, parameters, direction: directionOf(rest.join('')) }
}

/** Where the words after the key begin, which say how it is compared. */
function endOfKey(words: readonly string[]): number {
  if (words[0] === '(') return closing(words, 0) + 1
  const { next } = qualifiedName(words, 0)
  const call = words[next] === ' ' ? next + 1 : next
  return words[call] === '(' ? closing(words, call) + 1 : next
}

function parameterText(parameters: string): string {
  const given = splitList(parameters).map((each) => canonicalText(each).replaceAll(/ ?= ?/g, '=').replaceAll("'", ''))
  return [...given].sort().join(', ')
}

function directionOf(text: string): string {
  const descending = /^desc\b/i.test(text)
  const [, nulls = ''] = /\bnulls (first|last)$/i.exec(text) ?? []
  const nullsFirst = nulls === '' ? descending : nulls.toLowerCase() === 'first'
  const place = nullsFirst === descending ? '' : nullsFirst ? ' nulls first' : ' nulls last'
  return `${descending ? ' desc' : ''}${place}`
}
