import type { Document } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { type AccountConversations, createConversationStore, type EventInput, isConversationStoreError } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { openDatabase, type TestDatabase } from './database.js'
import { numbersFrom } from './processes.js'
import { wrongGroups } from './repeated-groups.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('calls of several processes that race for a few customers', () => {
  test.each([1, 2, 3])('keep every promise about what is stored, in round %i', async (round) => {
    await using database = await openDatabase(serverUrl('mongoReplicaSet'))
    const { client, db } = database
    // Each adapter has a queue of its own, as it would in another process.
    const accounts = Array.from({ length: 4 }, () => createConversationStore({ adapter: mongo({ client, db }) }).forAccount('acme'))
    const random = numbersFrom(round * 7919)
    const calls = Array.from({ length: 240 }, () => randomCall(random))
    for (let index = 0; index < calls.length; index += 12) {
      const batch = calls.slice(index, index + 12)
      const settled = await Promise.allSettled(batch.map((call, each) => call(accounts[each % 4] ?? database.account)))
      const surprises = settled.filter((one) => one.status === 'rejected' && !isConversationStoreError(one.reason))
      expect(surprises.map((one) => String(one.status === 'rejected' && (one.reason.stack ?? one.reason)))).toEqual([])
    }
    await expectPromisesKept(database)
  })
})

const refusals = ['NOT_FOUND', 'INVALID_TRANSITION', 'ACTIVE_CONVERSATION_EXISTS', 'USERNAME_TAKEN', 'VERSION_CONFLICT']

function randomCall(random: (below: number) => number): (account: AccountConversations) => Promise<unknown> {
  const number = random(6)
  const key = { oaId: 'page', customerId: `customer-${number}` }
  // Most payloads with two ids name those of one of three people. The others lead to conflicts.
  const other = random(4) === 0 ? random(6) : number ^ 1
  const identities = [...new Set([number, other])].map((each) => ({ id: `customer-${each}`, kind: each % 2 === 0 ? 'phone' : 'user_id' }))
  const usernames = { customerUsername: `user-${random(2)}`, matchUsername: true }
  const events = Array.from({ length: 1 + random(3) }, () => randomEvent(random))
  const seq = 1 + random(10)
  const kind = random(14)
  return async (account) => {
    try {
      if (kind < 7) return await account.upsertConversationWithEvents({ ...key, onClosed: kind % 2 ? 'reopen' : 'new', events })
      if (kind === 7) return await account.upsertConversation({ ...key, ...usernames })
      if (kind === 8) return await account.markRead({ ...key, seq })
      if (kind === 9) return await account.closeConversation(key)
      if (kind === 10) return await account.reopenConversation(key)
      if (kind === 11) return await account.upsertConversationWithEvents({ ...key, identities, events })
      if (kind === 12 && identities.length > 1) return await account.linkCustomerIds({ oaId: key.oaId, identities })
      return await account.upsertConversation({ ...key, nickname: `nickname ${seq}` })
    } catch (error) {
      if (isConversationStoreError(error) && refusals.includes(error.code)) return error
      throw error
    }
  }
}

function randomEvent(random: (below: number) => number): EventInput {
  const id = `m${random(12)}`
  const local = `l${random(6)}`
  const occurredAt = new Date(Date.UTC(2024, 0, 1, 0, random(60)))
  switch (random(9)) {
    case 0:
      return { type: 'message_edit', targetMessageId: id, text: 'edited', occurredAt }
    case 1:
      return { type: 'reaction', targetMessageId: id, emoji: '👍', occurredAt }
    case 2:
      return { type: 'receipt', status: 'delivered', messageIds: [id], occurredAt }
    case 3:
      return { type: 'receipt', status: 'read', watermark: occurredAt, occurredAt }
    case 4:
      return { type: 'message', direction: 'outbound', localId: local, text: 'reply', occurredAt }
    case 5:
      return { type: 'message_sent', localId: local, messageId: id, occurredAt }
    case 6:
      return { type: 'message', direction: 'outbound', messageId: id, text: 'echo', occurredAt }
    case 7:
      return { type: 'referral', eventId: id, occurredAt }
    default:
      return { type: 'message', messageId: id, text: 'text', occurredAt }
  }
}

async function expectPromisesKept({ db }: TestDatabase): Promise<void> {
  expect(await wrongGroups(db)).toEqual([])
  const read = (name: string) => db.collection(name).find({ accountId: 'acme' }).toArray()
  const [conversations, contactInboxes, messages, events] = await Promise.all(
    ['conversations', 'contact_inboxes', 'messages', 'contact_interaction_events'].map(read),
  )
  if (!conversations || !contactInboxes || !messages || !events) throw new Error('nothing was read')
  // The sooner all customers turn out to be one person, the more of the twelve ids are doubles.
  expect(messages.length).toBeGreaterThan(10)

  const canonicalOf = new Map(contactInboxes.map(({ _id, canonical_id }) => [_id, canonical_id ?? _id]))
  const active = conversations.filter((row) => row.active).map((row) => canonicalOf.get(row.contact_inbox_id))
  expect(new Set(active).size).toBe(active.length)

  for (const conversation of conversations) {
    const parts = partsOf(conversation)
    const own = parts.flatMap((part) => numbered(messages, part, 'seq', part.seq_base))
    const placed = parts.flatMap((part) => numbered(events, part, 'event_seq', part.event_base))
    // Only a fold leaves gaps. A message that came under two ids before they were one person's has one event.
    const eventSeqs = numbersOf(placed, 'event_seq')
    expect(new Set(eventSeqs).size).toBe(placed.length)
    expect(eventSeqs.at(-1) ?? 0).toBeLessThanOrEqual(conversation.last_event_seq)
    const seqs = numbersOf(own, 'seq')
    expect(new Set(seqs).size).toBe(own.length)
    expect(placed.filter(({ type }) => type === 'message').length).toBeLessThanOrEqual(conversation.last_seq)
    expect(seqs.at(-1) ?? 0).toBeLessThanOrEqual(conversation.last_seq)
    const unread = parts.flatMap((part) =>
      messages.filter((row) => row.conversation_id === part.id && row.direction === 'inbound' && row.seq > part.read_seq),
    )
    expect(conversation.unread_count).toBe(unread.length)
    const shown = own.find((row) => row._id === conversation.last_message_row_id)
    if (own.length > 0) expect(conversation.last_message_preview).toBe(shown?.text)
  }
  for (const event of events.filter((row) => row.waiting)) {
    const isSamePerson = (row: Document) => canonicalOf.get(row.contact_inbox_id) === canonicalOf.get(event.contact_inbox_id)
    const targets = messages.filter((row) => isSamePerson(row) && isTarget(row, event))
    expect(targets, `${event.type} waits for what is there`).toEqual([])
    // A fact waits only until there is a conversation. There is one as soon as a message comes, or a call without
    // events.
    if (event.type === 'referral')
      expect(conversations.map((row) => row.contact_inbox_id)).not.toContain(canonicalOf.get(event.contact_inbox_id))
  }
  for (const { _id, read_up_to: watermark } of contactInboxes) {
    const sent = messages.filter((row) => row.contact_inbox_id === _id && row.direction === 'outbound' && row.status !== 'failed')
    for (const { sent_at, read_at } of sent) if (watermark && sent_at && sent_at <= watermark) expect(read_at).toBeInstanceOf(Date)
  }
}

/** What a conversation holds: its own messages, and those of the conversations that were merged into it. */
function partsOf({ _id, read_seq, merged_parts }: Document): readonly Document[] {
  return [{ id: _id, seq_base: 0, event_base: 0, read_seq }, ...(merged_parts ?? [])]
}

/** The rows of a part, with the numbers that they have in the conversation. */
function numbered(rows: readonly Document[], part: Document, field: string, base: number): readonly Document[] {
  return rows.flatMap((row) => (row.conversation_id === part.id ? [{ ...row, [field]: row[field] + base }] : []))
}

function isTarget(message: Document, event: Document): boolean {
  if (event.target_message_id !== undefined && message.message_id === event.target_message_id) return true
  return event.local_id !== undefined && message.local_id === event.local_id
}

function numbersOf(rows: readonly Document[], field: string): readonly number[] {
  return rows.map((row) => row[field]).sort((a, b) => a - b)
}
