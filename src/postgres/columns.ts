import { type Cell, time, timeOrNull } from './readers.js'
import { type Fragment, raw } from './sql.js'

/**
 * A row as an executor returns it (every value as text), or as a function of ours put it into JSON. Its columns are
 * read through `columns`.
 */
export type Row = Readonly<Record<string, unknown>>

/** The columns of a row, each with its reader. */
export type Readers = Readonly<Record<string, (cell: never) => unknown>>

/** What a row of the declared columns holds. */
export type RowOf<R extends Readers> = { readonly [Name in keyof R]: Cell<ReturnType<R[Name]>> }

/** The columns of a row, from which its select lists and its type are made: one that is misspelt does not compile. */
export interface Columns<R extends Readers> {
  /** The columns, qualified. Those that a reader of times reads leave the database as milliseconds. */
  list(qualifier: string): Fragment
  /** The same as they are stored, for a query inside another. */
  stored(qualifier: string): Fragment
  /**
   * All in one column, for a read of one row: a column costs the driver more than a value of a JSON array does. On a
   * page it is the other way round: its columns are described once, and writing JSON costs the server more.
   */
  packed(qualifier: string): Fragment
  unpack(row: Row): Row
  /** The same row with its type. */
  of(row: Row): RowOf<R>
}

export function columns<R extends Readers>(readers: R): Columns<R> {
  const names = Object.keys(readers)
  const isTime = (name: string) => readers[name] === time || readers[name] === timeOrNull
  const value = (qualifier: string, name: string) => (isTime(name) ? milliseconds(qualifier, name) : `${qualifier}.${name}`)
  // A copy of what JSON.parse made has a fixed shape. What is built key by key becomes a hash table, which took three
  // times as long to read.
  const blank: Row = JSON.parse(`{${names.map((name) => `"${name}":null`).join(',')}}`)
  return {
    list: onceForEach((qualifier) =>
      names.map((name) => (isTime(name) ? `${value(qualifier, name)} as ${name}` : value(qualifier, name))).join(', '),
    ),
    stored: onceForEach((qualifier) => names.map((name) => `${qualifier}.${name}`).join(', ')),
    packed: onceForEach((qualifier) => `json_build_array(${names.map((name) => value(qualifier, name)).join(', ')}) as packed`),
    unpack({ packed }) {
      const values: readonly unknown[] = JSON.parse(String(packed))
      const row: Record<string, unknown> = { ...blank }
      names.forEach((name, index) => {
        row[name] = values[index]
      })
      return row
    },
    of: (row) => row as RowOf<R>,
  }
}

function onceForEach(columns: (qualifier: string) => string): (qualifier: string) => Fragment {
  const made = new Map<string, Fragment>()
  return (qualifier) => {
    const list = made.get(qualifier) ?? raw(columns(qualifier))
    made.set(qualifier, list)
    return list
  }
}

// As milliseconds, for the text of a timestamp depends on the session's DateStyle and TimeZone. By date_part, as
// extract counts in numeric: that made a page of 50 cost twice as much. (Sort by the qualified column, never by its
// alias: an index knows nothing of it.)
function milliseconds(qualifier: string, name: string): string {
  return `(date_part('epoch', ${qualifier}.${name}) * 1000)::bigint`
}
