import assert from 'node:assert/strict'
import { createAccount, type MemoryAccount } from '../../src/memory/account.js'
import type { ItemStamp } from '../../src/model/planning/item-plan.js'
import { planItem } from '../../src/model/planning/plan-item.js'
import type { ContactInboxRow, ConversationRow, EventRow, MessageRow } from '../../src/model/planning/rows.js'
import { toConversation } from '../../src/model/planning/to-records.js'
import type { Conversation } from '../../src/model/records.js'
import type { StampedEvent, UpsertItem, UpsertResult } from '../../src/store/adapter.js'

/** A time, in minutes after an hour that has passed on every clock of these tests. */
export function at(minutes: number): Date {
  return new Date(Date.UTC(2024, 0, 1, 10) + minutes * 60_000)
}

type ItemDetails = Partial<Omit<UpsertItem, 'events' | 'ids'>> & { readonly resentAfter?: number }
type Written = Extract<UpsertResult, { ok: true }>

export interface Planning {
  readonly account: MemoryAccount
  readonly clock: { now: Date; serverNow: Date }
  /** Plans one item and stores what it writes. */
  plan(events: readonly StampedEvent[], details?: ItemDetails): UpsertResult
  /** Does the same for an item that must succeed. */
  write(events: readonly StampedEvent[], details?: ItemDetails): Written
  fails(events: readonly StampedEvent[], details: ItemDetails): Extract<UpsertResult, { ok: false }>['failure']
  /** The active conversation, or the latest one if none is active. */
  conversation(customerId?: string): ConversationRow
  own(customerId?: string): ContactInboxRow
  message(messageId: string, customerId?: string): MessageRow
  messages(): readonly MessageRow[]
  events(): readonly EventRow[]
  waiting(): readonly EventRow[]
  /** Closes the active conversation, as another call would. */
  close(customerId?: string): Conversation
}

export const inbox = 'page'
export const customer = 'lan'

/** One account whose items are planned over the memory adapter's maps. */
export function planning(): Planning {
  const account = createAccount()
  const { world } = account
  const clock = { now: at(600), serverNow: at(600) }
  let made = 0
  const plan: Planning['plan'] = (events, { resentAfter, ...details } = {}) => {
    const number = ++made
    const stamp: ItemStamp = { accountId: 'acme', ...clock, resentAfter: resentAfter ?? null }
    const item: UpsertItem = {
      oaId: inbox,
      customerId: customer,
      operationId: `operation-${number}`,
      ids: {
        conversation: `conversation-${number}`,
        contact: `contact-${number}`,
        contactInbox: `contact-inbox-${number}`,
        identities: [],
      },
      identities: [],
      patch: {},
      channel: null,
      expectedVersion: null,
      onClosed: null,
      defaultOnClosed: 'new',
      historyOpens: 'open',
      markUnread: false,
      usernameKey: null,
      events: events.map((event, index) => numbered(event, `${number}-${index}`)),
      ...details,
    }
    return account.write(() => planItem(world, stamp, item))
  }
  const write: Planning['write'] = (events, details) => {
    const result = plan(events, details)
    assert.ok(result.ok, `the item was refused: ${JSON.stringify(result)}`)
    return result
  }
  const own = (customerId = customer) => required(world.contactInbox(inbox, customerId))
  const conversation = (customerId = customer) => {
    const id = own(customerId).canonicalId ?? own(customerId).id
    return required(world.activeConversation(id) ?? world.latestConversation(id))
  }
  return {
    account,
    clock,
    plan,
    write,
    fails(events, details) {
      const result = plan(events, details)
      assert.ok(!result.ok, 'the item was written')
      return result.failure
    },
    conversation,
    own,
    message: (messageId, customerId) => required(world.messageByMessageId(own(customerId).id, messageId)),
    messages: () => [...account.messages.rows.values()].sort((a, b) => a.seq - b.seq),
    events: () => [...account.events.rows.values()].sort((a, b) => (a.eventSeq ?? 0) - (b.eventSeq ?? 0)),
    waiting: () => [...account.events.rows.values()].filter(({ eventSeq }) => eventSeq === null),
    close(customerId) {
      const row = { ...conversation(customerId), status: 'closed' as const, closedAt: clock.now }
      account.write(() => account.conversations.put(row))
      return toConversation(row, null)
    },
  }
}

/** Gives each delivery of an event its own ids, as the core does. Only the dedupe key stays the same. */
function numbered(event: StampedEvent, number: string): StampedEvent {
  return { ...event, id: event.type === 'message' ? `row-${number}` : `event-${number}` }
}

function required<Row>(row: Row | null): Row {
  assert.ok(row !== null, 'expected a row')
  return row
}
