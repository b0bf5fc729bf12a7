import { type ColumnType, type Generated, Kysely, PostgresDialect, type Transaction } from 'kysely'
import type { Pool } from 'pg'
import { account, inbox } from '../customers.js'
import { newId } from '../new-id.js'
import { type ConversationRow, written } from './columns.js'
import type { UpsertRival } from './rival.js'

type Json = ColumnType<unknown, string, string>
interface Owned {
  account_id: string
  id: string
  created_at: Date
}
interface Tables {
  contacts: Owned & { name: string | null; name_source: string | null; metadata: Json | null; updated_at: Date }
  contact_inboxes: Owned & { oa_id: string; customer_id: string; contact_id: string | null; canonical_id: string | null; channel: string }
  conversations: Owned & {
    oa_id: string
    customer_id: string
    contact_inbox_id: string
    contact_id: string
    channel: string
    status: string
    version: number
    nickname: string | null
    unread_count: number
    last_seq: number
    read_seq: number
    last_event_seq: number
    last_message_at: Generated<Date | null>
    last_activity_at: Date
    status_changed_at: Date
    operations: string
    updated_at: Date
  }
}

/**
 * Does it as users of Kysely write it: find, then create or update, in a transaction. When two first writes come at
 * once, one of them ends with a unique violation. It keeps no operation ids.
 */
export function kyselyRival(pool: Pool): UpsertRival {
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  return {
    upsert: (customerId, nickname) =>
      db.transaction().execute(async (tx) => {
        const found = await tx
          .selectFrom('conversations')
          .selectAll()
          .where('account_id', '=', account)
          .where('oa_id', '=', inbox.oaId)
          .where('customer_id', '=', customerId)
          .where('status', '<>', 'closed')
          .executeTakeFirst()
        if (found === undefined) return written(await createConversation(tx, customerId, nickname))
        const conversation = await tx
          .updateTable('conversations')
          .set((change) => ({ nickname, version: change('version', '+', 1), updated_at: new Date() }))
          .where('account_id', '=', account)
          .where('id', '=', found.id)
          .returningAll()
          .executeTakeFirstOrThrow()
        return written(conversation)
      }),
  }
}

async function createConversation(tx: Transaction<Tables>, customerId: string, nickname: string): Promise<ConversationRow> {
  const now = new Date()
  const owned = { account_id: account, created_at: now }
  const { oaId, channel } = inbox
  const found = await tx
    .selectFrom('contact_inboxes')
    .selectAll()
    .where('account_id', '=', account)
    .where('oa_id', '=', oaId)
    .where('customer_id', '=', customerId)
    .executeTakeFirst()
  const contactId = found?.contact_id ?? newId()
  if (!found?.contact_id)
    await tx
      .insertInto('contacts')
      .values({ ...owned, id: contactId, updated_at: now })
      .execute()
  const contactInboxId = found?.id ?? newId()
  const named = { oa_id: oaId, customer_id: customerId, contact_id: contactId, channel }
  if (found === undefined)
    await tx
      .insertInto('contact_inboxes')
      .values({ ...owned, ...named, id: contactInboxId })
      .execute()
  return tx
    .insertInto('conversations')
    .values({
      ...owned,
      ...named,
      id: newId(),
      contact_inbox_id: contactInboxId,
      nickname,
      ...{ status: 'open', version: 0, unread_count: 0, last_seq: 0, read_seq: 0, last_event_seq: 0, operations: '{0}' },
      ...{ last_activity_at: now, status_changed_at: now, updated_at: now },
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}
