import { quote } from '../../postgres/names.js'
import type { Conversations } from '../tables.js'

/** A text as SQL, with either setting of `standard_conforming_strings`. */
export function literal(text: string): string {
  const quoted = text.replaceAll("'", "''")
  return text.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`
}

/** Which rows are active, as the condition of an index and of a query. `true` if all are. */
export function activeSql({ status, active }: Conversations, alias = ''): string {
  return status === null ? 'true' : `${alias}${quote(status)} in (${active.map(literal).join(', ')})`
}

/** The columns of the key. A connection of a host may stand for both the account and the inbox. */
export function keyColumns({ accountId, oaId, customerId }: Conversations): readonly string[] {
  return [...new Set([accountId, oaId, customerId])]
}

/** The columns of the key, each with what stands before it. */
export function keySql(table: Conversations, alias = ''): readonly string[] {
  return keyColumns(table).map((column) => `${alias}${quote(column)}`)
}
