import { randomUUID } from 'node:crypto'
import type { ScratchSchema } from './scratch-schema.js'

export interface SeededConversation {
  readonly id: string
  readonly contactId: string
  readonly contactInboxId: string
}

interface Seed {
  readonly accountId?: string
  readonly oaId?: string
  readonly customerId: string
  readonly id?: string
  readonly status?: 'open' | 'snoozed' | 'closed'
  readonly usernameKey?: string
  readonly snoozedUntil?: Date
  readonly createdAt?: Date
  readonly lastActivityAt?: Date
  /** The directions of its messages, from seq 1. */
  readonly messages?: readonly ('inbound' | 'outbound')[]
}

/** Writes a conversation with its contact and its messages as rows, without the adapter. */
export async function seedConversation(
  { schema, query }: Pick<ScratchSchema, 'schema' | 'query'>,
  seed: Seed,
): Promise<SeededConversation> {
  const { accountId = 'acme', oaId = 'page', customerId, id = randomUUID(), status = 'open', messages = [] } = seed
  const createdAt = (seed.createdAt ?? new Date('2026-01-01T00:00:00.123Z')).toISOString()
  const [known] = await query(
    `select id, contact_id from "${schema}".contact_inboxes where account_id = $1 and oa_id = $2 and customer_id = $3`,
    [accountId, oaId, customerId],
  )
  const contactInboxId = known ? String(known.id) : randomUUID()
  const contactId = known ? String(known.contact_id) : randomUUID()
  if (!known) {
    await query(`insert into "${schema}".contacts (account_id, id, created_at, updated_at) values ($1, $2, $3, $3)`, [
      accountId,
      contactId,
      createdAt,
    ])
    await query(
      `insert into "${schema}".contact_inboxes (account_id, id, oa_id, customer_id, contact_id, channel, created_at) values ($1, $2, $3, $4, $5, 'api', $6)`,
      [accountId, contactInboxId, oaId, customerId, contactId, createdAt],
    )
  }
  const unread = messages.filter((direction) => direction === 'inbound').length
  await query(
    `insert into "${schema}".conversations (account_id, id, oa_id, customer_id, contact_inbox_id, contact_id, channel, status, version, username_key, unread_count,
       last_seq, read_seq, last_event_seq, last_activity_at, status_changed_at, snoozed_until, closed_at, operations, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, 'api', $7, 0, $8, $9, $10, 0, 0, $11, $12, $13, case when $7 = 'closed' then $12::timestamptz end, '{0}', $12, $12)`,
    [
      accountId,
      id,
      oaId,
      customerId,
      contactInboxId,
      contactId,
      status,
      seed.usernameKey ?? null,
      unread,
      messages.length,
      (seed.lastActivityAt ?? new Date(createdAt)).toISOString(),
      createdAt,
      seed.snoozedUntil?.toISOString() ?? null,
    ],
  )
  for (const [index, direction] of messages.entries())
    await seedMessage({ schema, query }, { accountId, id, contactInboxId, seq: index + 1, direction })
  return { id, contactId, contactInboxId }
}

/** Writes one row of a message and leaves the conversation's counters as they are. */
async function seedMessage(
  { schema, query }: Pick<ScratchSchema, 'schema' | 'query'>,
  seed: { accountId: string; id: string; contactInboxId: string; seq: number; direction: 'inbound' | 'outbound' },
): Promise<void> {
  await query(
    `insert into "${schema}".messages (account_id, id, conversation_id, contact_inbox_id, seq, message_id, direction, sender_type, text, attachments, occurred_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'customer', 'text', '[]', now(), now())`,
    [seed.accountId, randomUUID(), seed.id, seed.contactInboxId, seed.seq, `m${seed.seq}`, seed.direction],
  )
}

let operations = 0

/** The stamp that the core would send with a write. */
export function stamp(accountId = 'acme') {
  operations += 1
  return { accountId, operationId: `operation-${operations}`, firstSentAt: null, now: null }
}
