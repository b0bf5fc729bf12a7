import { earliestTime, latestTime } from '../model/ranges.js'
import { type Cell, time, timeOrNull } from './readers.js'
import { type Fragment, raw } from './sql.js'

/**
 * A row as an executor returns it, with every value as text, or as one of the store's functions put it into JSON. Its
 * columns are read through `columns`.
 */
export type Row = Readonly<Record<string, unknown>>

/** The columns of a row, each with its reader. */
export type Readers = Readonly<Record<string, (cell: never) => unknown>>

/** What a row of the declared columns holds. */
export type RowOf<R extends Readers> = { readonly [Name in keyof R]: Cell<ReturnType<R[Name]>> }

/** The columns of a row, from which both its select lists and its type are made. A misspelt column doesn't compile. */
export interface Columns<R extends Readers> {
  /** The qualified columns. Columns with a time reader are selected as milliseconds. */
  list(qualifier: string): Fragment
  /** The same columns as they are stored, for a query inside another query. */
  stored(qualifier: string): Fragment
  /**
   * All columns in one, for a read of one row: there, a column costs the driver more than a value in a JSON array does.
   * For a page of rows the opposite is true, because its columns are described once and writing JSON costs the server
   * more. Times go into it as they are stored, because in JSON they are ISO 8601 whatever the session's settings.
   */
  packed(qualifier: string): Fragment
  unpack(row: Row): Row
  /** The same row with its type. */
  of(row: Row): RowOf<R>
}

export function columns<R extends Readers>(readers: R): Columns<R> {
  const names = Object.keys(readers)
  const isTime = (name: string) => readers[name] === time || readers[name] === timeOrNull
  // A copy of an object that JSON.parse made has a fixed shape. An object that is built key by key becomes a hash
  // table, which took three times as long to read.
  const blank: Row = JSON.parse(`{${names.map((name) => `"${name}":null`).join(',')}}`)
  return {
    list: onceForEach((qualifier) =>
      names.map((name) => (isTime(name) ? `${milliseconds(qualifier, name)} as ${name}` : `${qualifier}.${name}`)).join(', '),
    ),
    stored: onceForEach((qualifier) => names.map((name) => `${qualifier}.${name}`).join(', ')),
    packed: onceForEach((qualifier) => `json_build_array(${names.map((name) => `${qualifier}.${name}`).join(', ')}) as packed`),
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

// Times are selected as milliseconds, because the text of a timestamp depends on the session's DateStyle and TimeZone.
// This uses date_part, because extract calculates in numeric, which made a page of 50 cost twice as much. A query must
// sort by the qualified column and never by its alias, because an index can't serve the expression. A time that no Date
// holds, which a host's own SQL may have stored, would fail the whole page.
function milliseconds(qualifier: string, name: string): string {
  const column = `${qualifier}.${name}`
  const held = `case when ${column} < '${earliestTime}' then '${earliestTime}' when ${column} > '${latestTime}' then '${latestTime}' else ${column} end`
  return `(date_part('epoch', ${held}) * 1000)::bigint`
}
