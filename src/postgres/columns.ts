import { type Fragment, raw } from './sql.js'

/** A row as an executor returns it (every value as text), or as a function of ours put it into JSON. */
export type Row = Readonly<Record<string, unknown>>

/** Columns of a table, qualified: those whose name ends in `@` are times, which leave the database as milliseconds. */
export function columnList(names: string): (qualifier: string) => Fragment {
  return onceForEach((qualifier) =>
    names
      .split(' ')
      .map((name) => (isTime(name) ? `${value(qualifier, name)} as ${bare(name)}` : value(qualifier, name)))
      .join(', '),
  )
}

/** The columns of a row in one. */
export interface PackedColumns {
  columns(qualifier: string): Fragment
  unpack(row: Row): Row
}

/**
 * For a read of one row: a column costs the driver more than a value of a JSON array does. On a page it is the other way round: its columns
 * are described once, and writing JSON costs the server more.
 */
export function packedColumns(names: string): PackedColumns {
  const keys = names.split(' ').map(bare)
  // A copy of what JSON.parse made has a fixed shape. What is built key by key becomes a hash table, which took three times as long to read.
  const blank: Row = JSON.parse(`{${keys.map((key) => `"${key}":null`).join(',')}}`)
  return {
    columns: onceForEach((qualifier) => {
      const values = names.split(' ').map((name) => value(qualifier, name))
      return `json_build_array(${values.join(', ')}) as packed`
    }),
    unpack({ packed }) {
      const values: readonly unknown[] = JSON.parse(String(packed))
      const row: Record<string, unknown> = { ...blank }
      keys.forEach((key, index) => {
        row[key] = values[index]
      })
      return row
    },
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

// As milliseconds, for the text of a timestamp depends on the session's DateStyle and TimeZone. By date_part, as extract counts in numeric:
// that made a page of 50 cost twice as much. (Sort by the qualified column, never by its alias: an index knows nothing of it.)
function value(qualifier: string, name: string): string {
  return isTime(name) ? `(date_part('epoch', ${qualifier}.${bare(name)}) * 1000)::bigint` : `${qualifier}.${name}`
}

function isTime(name: string): boolean {
  return name.endsWith('@')
}

function bare(name: string): string {
  return isTime(name) ? name.slice(0, -1) : name
}
