import { isConversationStoreError } from '../model/errors.js'
import type { WriteStamp } from '../store/adapter.js'
import { columns } from './columns.js'
import type { PostgresContext } from './context.js'
import { flag } from './readers.js'
import { sql } from './sql.js'

const thereRow = columns({ there: flag })

/**
 * Runs a write that also does something for the sync. A store may do without the tables of the sync: there the first
 * attempt fails, and the write is sent without that. In a transaction that would end with the first attempt, it looks
 * for the table before.
 */
export async function withSyncOrNot<T>(context: PostgresContext, input: WriteStamp, send: (hasSync: boolean) => Promise<T>): Promise<T> {
  if (!context.outlivesErrors) {
    const [row = {}] = await context.write(sql`select to_regclass(${context.names.tables.sync_state}::text) is not null as there`, input)
    return send(flag(thereRow.of(row).there))
  }
  try {
    return await send(true)
  } catch (error) {
    if (!isConversationStoreError(error, 'UNSUPPORTED')) throw error
    return send(false)
  }
}
