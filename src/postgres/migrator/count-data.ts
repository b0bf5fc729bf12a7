import { mostCounted } from '../../model/kept-data.js'
import { quote } from '../names.js'
import { qualified } from './indexes/index-sql.js'
import { readJson } from './indexes/read-json.js'
import type { MigrationSession } from './migration.js'

export interface CountedData {
  readonly schema: string
  readonly table: string
  /** Null counts the rows of the table. */
  readonly column: string | null
  /** The text of the column's default, or null if it has none. */
  readonly usual: string | null
}

const constant = /^(?:null|true|false|-?[\d.]+|\(-[\d.]+\)|'(?:[^']|'')*')(?:::[\w ."[\]()]+)?$/i

/**
 * How many rows a table holds, or how many rows hold a value in a column that is not its constant default. It counts up
 * to `mostCounted`.
 */
export async function countData(session: MigrationSession, { schema, table, column, usual }: CountedData): Promise<number> {
  const value = column === null ? null : `t.${quote(column)}`
  const unlike = usual !== null && constant.test(usual) ? ` and ${value}::text is distinct from (${usual})::text` : ''
  const where = value === null ? '' : ` where ${value} is not null${unlike}`
  const [rows = 0] = await readJson<number>(
    session,
    `select count(*)::text as found from (select 1 from ${qualified(schema, table)} t${where} limit ${mostCounted}) counted`,
  )
  return rows
}
