/** Something that a way back would have dropped, and that holds data. */
export interface KeptData {
  /** In words: `table client_configs`, `column users.age`, `collection messages`. */
  readonly what: string
  /** How many rows or documents it holds, counted up to `mostCounted`. Of a column, those that hold a value. */
  readonly rows: number
}

export const mostCounted = 100_000

/** Returns it as part of a sentence: `table client_configs holds 3 rows`. */
export function keptInWords({ what, rows }: KeptData): string {
  const unit = what.startsWith('collection ') ? 'document' : 'row'
  const count = rows >= mostCounted ? `at least ${mostCounted}` : String(rows)
  return `${what} holds ${count} ${unit}${rows === 1 ? '' : 's'}`
}
