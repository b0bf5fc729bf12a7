import { PrismaPg } from '@prisma/adapter-pg'
import type { Express } from 'express'
import { PrismaClient } from '../../generated/client.js'
import { poolConfig } from '../../postgres/database.js'
import { newId } from '../../postgres/new-id.js'
import { preview } from '../../postgres/new-messages.js'
import { prismaRival } from '../../postgres/rivals/prisma.js'
import type { RouteDatabase } from '../serve.js'
import { handWrittenRoute, type Said } from './hand-written.js'

/** Finds the inbox, the conversation and the message, and then writes three rows, each by itself. */
export async function prismaRoute(database: RouteDatabase): Promise<Express> {
  const prisma = openPrisma(database)
  return handWrittenRoute(async (said) => {
    const accountId = await ownerOf(prisma, said)
    if (accountId !== null) await lookUpThenWrite(prisma, accountId, said)
  })
}

/** Finds the inbox, and does the rest in a transaction, which writes all of it or nothing. */
export async function prismaTransactionRoute(database: RouteDatabase): Promise<Express> {
  const prisma = openPrisma(database)
  const rival = prismaRival(prisma)
  return handWrittenRoute(async (said) => {
    if ((await ownerOf(prisma, said)) !== null) await rival.store(said.customerId, [messageOf(said)])
  })
}

function openPrisma({ url, schema, connections }: RouteDatabase): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(poolConfig(url, schema, connections), { schema }) })
}

async function ownerOf(prisma: PrismaClient, { oaId }: Said): Promise<string | null> {
  const inbox = await prisma.inbox.findFirst({ where: { oaId, channel: 'messenger', status: 'connected' } })
  return inbox?.accountId ?? null
}

function messageOf({ messageId, text, occurredAt }: Said) {
  return { messageId, text, occurredAt }
}

async function lookUpThenWrite(prisma: PrismaClient, accountId: string, said: Said): Promise<void> {
  const { oaId, customerId, messageId, text, occurredAt } = said
  const found = await prisma.conversation.findFirst({ where: { accountId, oaId, customerId, status: { not: 'closed' } } })
  if (found === null) throw new Error('the customers of this comparison have a conversation')
  const { id: conversationId, contactInboxId } = found
  const known = await prisma.message.findFirst({ where: { accountId, contactInboxId, messageId } })
  if (known !== null) return
  const id = newId()
  const { lastSeq, lastEventSeq } = await prisma.conversation.update({
    where: { accountId_id: { accountId, id: conversationId } },
    data: {
      version: { increment: 1 },
      unreadCount: { increment: 1 },
      lastSeq: { increment: 1 },
      lastEventSeq: { increment: 1 },
      lastMessagePreview: preview(text),
      lastMessageRowId: id,
      lastMessageAt: occurredAt,
      lastInboundAt: occurredAt,
      lastActivityAt: occurredAt,
      windowExpiresAt: new Date(occurredAt.getTime() + 86_400_000),
      updatedAt: new Date(),
    },
  })
  const common = { accountId, conversationId, contactInboxId, messageId, direction: 'inbound', senderId: customerId, occurredAt }
  const createdAt = new Date()
  await prisma.message.create({ data: { ...common, id, seq: lastSeq, senderType: 'customer', text, attachments: [], createdAt } })
  await prisma.contactInteractionEvent.create({
    data: {
      ...common,
      id: newId(),
      eventSeq: lastEventSeq,
      type: 'message',
      dedupeKey: `message:${messageId}`,
      operationId: newId(),
      createdAt,
    },
  })
}
