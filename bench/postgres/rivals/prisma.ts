import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../../generated/client.js'
import { account, inbox } from '../customers.js'
import { type BenchDatabase, poolConfig } from '../database.js'
import { newId } from '../new-id.js'
import { type NewMessage, preview } from '../new-messages.js'
import type { MessagesRival, UpsertRival } from './rival.js'

const { oaId, channel } = inbox
type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0]

export function openPrisma(database: BenchDatabase, schema: string, max: number): PrismaClient {
  const prisma = new PrismaClient({ adapter: new PrismaPg(poolConfig(database.url, schema, max), { schema }) })
  database.onClose(() => prisma.$disconnect())
  return prisma
}

/**
 * Does it as users of Prisma write it: find, then create or update, in an interactive transaction. (Prisma's native
 * upsert cannot use a partial unique index.) When two first messages come at once, one of them ends with a unique
 * violation. It keeps no operation ids.
 */
export function prismaRival(prisma: PrismaClient): UpsertRival & MessagesRival {
  return {
    upsert: (customerId, nickname) =>
      prisma.$transaction(async (tx) => {
        const found = await findActive(tx, customerId)
        if (found === null) return createConversation(tx, customerId, nickname)
        const data = { nickname, version: { increment: 1 }, updatedAt: new Date() }
        return tx.conversation.update({ where: { accountId_id: { accountId: account, id: found.id } }, data })
      }),
    store: (customerId, messages) =>
      prisma.$transaction(async (tx) => {
        const found = (await findActive(tx, customerId)) ?? (await createConversation(tx, customerId, null))
        const { id, contactInboxId } = found
        const known = await tx.message.findMany({
          where: { accountId: account, contactInboxId, messageId: { in: messages.map(({ messageId }) => messageId) } },
          select: { messageId: true },
        })
        const fresh = messages.filter(({ messageId }) => known.every((message) => message.messageId !== messageId))
        const last = fresh.at(-1)
        if (last === undefined) return { ...found, stored: 0 }
        const rows = fresh.map((message) => ({ ...message, id: newId() }))
        const conversation = await tx.conversation.update({
          where: { accountId_id: { accountId: account, id } },
          data: counted(last, rows.at(-1)?.id ?? null, fresh.length),
        })
        const common = {
          accountId: account,
          conversationId: id,
          contactInboxId,
          direction: 'inbound',
          senderId: customerId,
          createdAt: new Date(),
        }
        await tx.message.createMany({
          data: rows.map((row, index) => ({
            ...common,
            ...row,
            seq: conversation.lastSeq - fresh.length + index + 1,
            senderType: 'customer',
            attachments: [],
          })),
        })
        const operationId = newId()
        await tx.contactInteractionEvent.createMany({
          data: fresh.map(({ messageId, occurredAt }, index) => ({
            ...common,
            id: newId(),
            eventSeq: conversation.lastEventSeq - fresh.length + index + 1,
            type: 'message',
            messageId,
            dedupeKey: `message:${messageId}`,
            operationId,
            occurredAt,
          })),
        })
        return { ...conversation, stored: fresh.length }
      }),
  }
}

function findActive(tx: Transaction, customerId: string) {
  return tx.conversation.findFirst({ where: { accountId: account, oaId, customerId, status: { not: 'closed' } } })
}

async function createConversation(tx: Transaction, customerId: string, nickname: string | null) {
  const now = new Date()
  const found = await tx.contactInbox.findUnique({ where: { accountId_oaId_customerId: { accountId: account, oaId, customerId } } })
  const contactId = found?.contactId ?? newId()
  if (!found?.contactId) await tx.contact.create({ data: { accountId: account, id: contactId, createdAt: now, updatedAt: now } })
  const contactInboxId = found?.id ?? newId()
  if (found === null)
    await tx.contactInbox.create({ data: { accountId: account, id: contactInboxId, oaId, customerId, contactId, channel, createdAt: now } })
  return tx.conversation.create({
    data: {
      accountId: account,
      id: newId(),
      ...{ oaId, customerId, contactInboxId, contactId, channel, nickname },
      ...{ status: 'open', version: 0, unreadCount: 0, lastSeq: 0, readSeq: 0, lastEventSeq: 0, operations: [0n] },
      ...{ lastActivityAt: now, statusChangedAt: now, createdAt: now, updatedAt: now },
    },
  })
}

function counted({ text, occurredAt }: NewMessage, lastMessageRowId: string | null, count: number) {
  return {
    version: { increment: 1 },
    unreadCount: { increment: count },
    lastSeq: { increment: count },
    lastEventSeq: { increment: count },
    lastMessagePreview: preview(text),
    lastMessageRowId,
    lastMessageAt: occurredAt,
    lastInboundAt: occurredAt,
    lastActivityAt: occurredAt,
    windowExpiresAt: new Date(occurredAt.getTime() + 86_400_000),
    updatedAt: new Date(),
  }
}
