import { and, eq, inArray, ne, sql } from 'drizzle-orm'
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { Pool } from 'pg'
import { account, inbox } from '../customers.js'
import { newId } from '../new-id.js'
import { type NewMessage, preview } from '../new-messages.js'
import { contactInboxes, contactInteractionEvents, contacts, conversations, messages as messageRows } from './drizzle-tables.js'
import type { MessagesRival, UpsertRival } from './rival.js'

const { oaId, channel } = inbox
type Transaction = Parameters<Parameters<NodePgDatabase['transaction']>[0]>[0]

/**
 * Does it as users of Drizzle write it: find, then create or update, in a transaction. When two first messages come at
 * once, one of them ends with a unique violation. It keeps no operation ids.
 */
export function drizzleRival(pool: Pool): UpsertRival & MessagesRival {
  const db = drizzle(pool)
  return {
    upsert: (customerId, nickname) =>
      db.transaction(async (tx) => {
        const found = await findActive(tx, customerId)
        if (found === undefined) return createConversation(tx, customerId, nickname)
        const change = { nickname, version: sql`${conversations.version} + 1`, updatedAt: new Date() }
        return only(await tx.update(conversations).set(change).where(byId(found.id)).returning())
      }),
    store: (customerId, given) =>
      db.transaction(async (tx) => {
        const found = (await findActive(tx, customerId)) ?? (await createConversation(tx, customerId, null))
        const { id, contactInboxId } = found
        const ids = given.map(({ messageId }) => messageId)
        const known = await tx
          .select({ messageId: messageRows.messageId })
          .from(messageRows)
          .where(
            and(eq(messageRows.accountId, account), eq(messageRows.contactInboxId, contactInboxId), inArray(messageRows.messageId, ids)),
          )
        const fresh = given.filter(({ messageId }) => known.every((message) => message.messageId !== messageId))
        const last = fresh.at(-1)
        if (last === undefined) return { ...found, stored: 0 }
        const rows = fresh.map((message) => ({ ...message, id: newId() }))
        const change = counted(last, rows.at(-1)?.id ?? null, fresh.length)
        const conversation = only(await tx.update(conversations).set(change).where(byId(id)).returning())
        const common = {
          accountId: account,
          conversationId: id,
          contactInboxId,
          direction: 'inbound',
          senderId: customerId,
          createdAt: new Date(),
        }
        await tx.insert(messageRows).values(
          rows.map((row, index) => ({
            ...common,
            ...row,
            seq: conversation.lastSeq - fresh.length + index + 1,
            senderType: 'customer',
            attachments: [],
          })),
        )
        const operationId = newId()
        await tx.insert(contactInteractionEvents).values(
          fresh.map(({ messageId, occurredAt }, index) => ({
            ...common,
            id: newId(),
            eventSeq: conversation.lastEventSeq - fresh.length + index + 1,
            type: 'message',
            messageId,
            dedupeKey: `message:${messageId}`,
            operationId,
            occurredAt,
          })),
        )
        return { ...conversation, stored: fresh.length }
      }),
  }
}

const byId = (id: string) => and(eq(conversations.accountId, account), eq(conversations.id, id))

async function findActive(tx: Transaction, customerId: string) {
  const [found] = await tx
    .select()
    .from(conversations)
    .where(
      and(
        eq(conversations.accountId, account),
        eq(conversations.oaId, oaId),
        eq(conversations.customerId, customerId),
        ne(conversations.status, 'closed'),
      ),
    )
    .limit(1)
  return found
}

async function createConversation(tx: Transaction, customerId: string, nickname: string | null) {
  const now = new Date()
  const [found] = await tx
    .select()
    .from(contactInboxes)
    .where(and(eq(contactInboxes.accountId, account), eq(contactInboxes.oaId, oaId), eq(contactInboxes.customerId, customerId)))
    .limit(1)
  const contactId = found?.contactId ?? newId()
  if (!found?.contactId) await tx.insert(contacts).values({ accountId: account, id: contactId, createdAt: now, updatedAt: now })
  const contactInboxId = found?.id ?? newId()
  if (found === undefined)
    await tx.insert(contactInboxes).values({ accountId: account, id: contactInboxId, oaId, customerId, contactId, channel, createdAt: now })
  const conversation = {
    accountId: account,
    id: newId(),
    ...{ oaId, customerId, contactInboxId, contactId, channel, nickname },
    ...{ status: 'open', version: 0, unreadCount: 0, lastSeq: 0, readSeq: 0, lastEventSeq: 0, operations: [0n] },
    ...{ lastActivityAt: now, statusChangedAt: now, createdAt: now, updatedAt: now },
  }
  return only(await tx.insert(conversations).values(conversation).returning())
}

function counted({ text, occurredAt }: NewMessage, lastMessageRowId: string | null, count: number) {
  return {
    version: sql`${conversations.version} + 1`,
    unreadCount: sql`${conversations.unreadCount} + ${count}`,
    lastSeq: sql`${conversations.lastSeq} + ${count}`,
    lastEventSeq: sql`${conversations.lastEventSeq} + ${count}`,
    lastMessagePreview: preview(text),
    lastMessageRowId,
    lastMessageAt: occurredAt,
    lastInboundAt: occurredAt,
    lastActivityAt: occurredAt,
    windowExpiresAt: new Date(occurredAt.getTime() + 86_400_000),
    updatedAt: new Date(),
  }
}

function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows
  if (row === undefined) throw new TypeError('a write returns its row')
  return row
}
