import type { Pool } from 'pg'
import { account, inbox } from '../customers.js'
import type { BenchDatabase } from '../database.js'
import { openConversationSql } from '../functions/open-conversation.js'
import { storeMessagesSql } from '../functions/store-messages.js'
import { storeMessagesOfManySql } from '../functions/store-messages-of-many.js'
import { newId } from '../new-id.js'
import { type ConversationRow, returnedColumns, written } from './columns.js'
import type { BulkRival, MessagesRival, UpsertRival } from './rival.js'

export async function createFunctions(database: BenchDatabase, schema: string): Promise<void> {
  // The search path is set within the statement's own transaction, because the pool has one connection, which other
  // statements share.
  for (const sql of [openConversationSql, storeMessagesSql, storeMessagesOfManySql])
    await database.query(`do $do$ begin perform set_config('search_path', '${schema}', true); execute ${quoted(sql)}; end $do$`)
}

function quoted(sql: string): string {
  return `$sql$${sql}$sql$`
}

type StoredRow = ConversationRow & { readonly stored: readonly boolean[] }

const conversationColumns = returnedColumns('(conversation)')
const upsertSql = `select ${returnedColumns('c')} from open_conversation($1, $2, $3, $4, $5, $6, $7, $8) c`
const storeSql = `select s.stored, ${conversationColumns} from store_messages($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) s`
const storeAllSql = `select s.stored, ${conversationColumns} from store_messages_of_many($1, $2, $3) s`

/** Functions with the library's guarantees, each for exactly this job. */
export function handWritten(pool: Pool): UpsertRival & MessagesRival & BulkRival {
  return {
    async upsert(customerId, nickname) {
      const values = [account, inbox.oaId, customerId, nickname, newId(), newId(), newId(), newId()]
      const { rows } = await pool.query<ConversationRow>({ name: 'open_conversation', text: upsertSql, values })
      return written(only(rows))
    },
    async store(customerId, messages) {
      const values = [
        ...[account, inbox.oaId, customerId, newId(), newId(), newId(), newId()],
        messages.map(newId),
        messages.map(newId),
        messages.map(({ messageId }) => messageId),
        messages.map(({ text }) => text),
        messages.map(({ occurredAt }) => occurredAt),
      ]
      const { rows } = await pool.query<StoredRow>({ name: 'store_messages', text: storeSql, values })
      return stored(only(rows))
    },
    async storeAll(deliveries) {
      const items = deliveries.map(({ customerId }) => ({
        oa_id: inbox.oaId,
        customer_id: customerId,
        operation_id: newId(),
        conversation_id: newId(),
        contact_id: newId(),
        contact_inbox_id: newId(),
      }))
      const messages = deliveries.flatMap(({ messages }, index) =>
        messages.map(({ messageId, text, occurredAt }) => ({
          of: index + 1,
          row_id: newId(),
          event_id: newId(),
          message_id: messageId,
          text,
          at: occurredAt,
        })),
      )
      const values = [account, JSON.stringify(items), JSON.stringify(messages)]
      const { rows } = await pool.query<StoredRow>({ name: 'store_messages_of_many', text: storeAllSql, values })
      return rows.map(stored)
    },
  }
}

function stored(row: StoredRow) {
  return { ...written(row), stored: row.stored.filter(Boolean).length }
}

function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows
  if (row === undefined || rows.length > 1) throw new TypeError(`one row, not ${rows.length}`)
  return row
}
