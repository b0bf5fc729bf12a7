import { deepEqual, equal, ok } from 'node:assert/strict'
import type { MessageEventInput } from '../../../src/index.js'
import type { WriteStamp } from '../../../src/store/adapter.js'
import { markCount } from '../aged-marks.js'
import { changedConstants } from './changed-constants.js'
import { newCustomer, onEveryWay, type Room, refuses } from './room.js'

const {
  clockSkewMs,
  mergedParts,
  rememberedOperations,
  rememberedOperationsMs,
  previewCharacters,
  reactionSenders,
  replyWindowChannels,
  replyWindowMs,
} = changedConstants

const said = (text: string, more: Partial<MessageEventInput> = {}): MessageEventInput => ({
  type: 'message',
  messageId: 'm',
  text,
  ...more,
})

/** Each scenario shows the number of one rule, in every way that a write can go. */
export const ruleScenarios: Readonly<Record<string, (room: Room) => Promise<void>>> = {
  async previewCharacters(room) {
    const account = room.account('previews')
    const conversations = await onEveryWay(account, said('x'.repeat(previewCharacters + 1)))
    const [first] = conversations
    ok(first)
    const edit = { type: 'message_edit', targetMessageId: 'm', text: 'y'.repeat(previewCharacters + 1), editNumber: 1 } as const
    const edited = await account.upsertConversationWithEvents({ oaId: first.oaId, customerId: first.customerId, events: [edit] })
    const previews = [...conversations, edited.conversation].map((conversation) => conversation?.lastMessagePreview)
    const whole = 'x'.repeat(previewCharacters)
    deepEqual(previews, [...conversations.map(() => whole), 'y'.repeat(previewCharacters)])
  },
  async reactionSenders(room) {
    const account = room.account('reactions')
    const customer = newCustomer()
    const reactions = Array.from({ length: reactionSenders + 1 }, (_, index) => {
      return { type: 'reaction', targetMessageId: 'm', emoji: '❤', sender: { id: `s${index}` }, occurredAt: new Date(index) } as const
    })
    await account.upsertConversationWithEvents({ ...customer, events: [said('x'), ...reactions] })
    const message = await account.findMessage({ ...customer, messageId: 'm' })
    equal(message?.reactions.length, reactionSenders)
  },
  async mergedParts(room) {
    const account = room.account('merges')
    const keep = newCustomer()
    await account.upsertConversation(keep)
    const merged = async () => {
      const lose = newCustomer()
      await account.upsertConversation(lose)
      return account.mergeConversations({ keep, lose })
    }
    for (let times = 0; times < mergedParts; times++) await merged()
    await refuses(merged(), 'MERGE_REFUSED')
  },
  async clockSkewMs(room) {
    const now = new Date('2026-11-21T10:00:00.000Z')
    const account = room.account('clocks', () => now)
    const latest = async (ahead: number) => {
      const occurredAt = new Date(now.getTime() + ahead)
      const conversations = await onEveryWay(account, said('x', { occurredAt }))
      return conversations.map(({ lastMessageAt }) => (lastMessageAt?.getTime() ?? 0) - now.getTime())
    }
    deepEqual(new Set(await latest(clockSkewMs)), new Set([clockSkewMs]))
    deepEqual(new Set(await latest(clockSkewMs + 1)), new Set([0]))
  },
  async replyWindowMs(room) {
    for (const channel of replyWindowChannels) {
      const conversations = await onEveryWay(room.account('windows'), said('x'), { channel })
      const windows = conversations.map(({ windowExpiresAt, lastInboundAt }) => Number(windowExpiresAt) - Number(lastInboundAt))
      deepEqual(
        windows,
        conversations.map(() => replyWindowMs),
      )
    }
  },
  async replyWindowChannels(room) {
    const conversations = await onEveryWay(room.account('windows'), said('x'), { channel: 'whatsapp' })
    deepEqual(
      conversations.map(({ windowExpiresAt }) => windowExpiresAt),
      conversations.map(() => null),
    )
  },
  async rememberedOperations(room) {
    const account = room.account('operations')
    const [patched, talked, bulk, edited, changed, read] = Array.from({ length: 6 }, newCustomer) as [Key, Key, Key, Key, Key, Key]
    for (const customer of [edited, changed, read]) await account.upsertConversationWithEvents({ ...customer, events: [said('x')] })
    for (let turn = 0; turn < rememberedOperations + 2; turn++) {
      const messageId = `m${turn}`
      await account.upsertConversation({ ...patched, nickname: `nickname ${turn}` })
      await account.upsertConversationWithEvents({ ...talked, events: [said('x', { messageId })] })
      await account.bulkUpsertConversationsWithEvents({
        conversations: [patched, bulk].map((customer) => ({ ...customer, events: [said('x', { messageId })] })),
      })
      const edit = { type: 'message_edit', targetMessageId: 'm', text: `text ${turn}`, editNumber: turn + 1 } as const
      await account.upsertConversationWithEvents({ ...edited, events: [edit] })
      await account.updateConversation({ ...changed, nickname: `nickname ${turn}` })
      await account.upsertConversationWithEvents({ ...read, events: [said('x', { messageId })] })
      await account.markRead(read)
      await account.updateContact({ ...changed, name: `name ${turn}` })
      await account.connectInbox({ oaId: 'page', channel: 'api', name: `name ${turn}` })
    }
    const { raw } = room.backend
    const conversations = await raw.conversations('operations')
    equal(conversations.length, 6)
    const contact = (await raw.contacts('operations')).find(({ name_source: source }) => source === 'person')
    for (const { operations } of [...conversations, contact ?? {}, ...(await raw.inboxes('operations'))]) {
      equal(markCount(operations), rememberedOperations)
    }
    await forgets(room, changed)
  },
  async rememberedOperationsMs(room) {
    const account = room.account('aged operations')
    const [rested, busy] = [newCustomer(), newCustomer()]
    for (const customer of [rested, busy]) await account.upsertConversation(customer)
    await room.age(rememberedOperationsMs / 2)
    await account.upsertConversation({ ...busy, nickname: 'after the half of it' })
    await room.age(rememberedOperationsMs / 2 + 1)
    for (const customer of [rested, busy]) await account.updateConversation({ ...customer, nickname: 'after all of it' })
    const conversations = await room.backend.raw.conversations('aged operations')
    const remembered = new Map(conversations.map((each) => [each.customer_id, markCount(each.operations)]))
    deepEqual([remembered.get(rested.customerId), remembered.get(busy.customerId)], [1, 2])
  },
}

type Key = ReturnType<typeof newCustomer>

/**
 * Checks when a repeated call is no longer recognised. Its mark decides, until so many other operations came that they
 * may have pushed the mark out.
 */
async function forgets({ backend }: Room, full: Key): Promise<void> {
  const adapter = backend.createAdapter()
  const stamp = (operationId: string): WriteStamp => ({
    accountId: 'operations',
    operationId,
    firstSentAt: performance.now() - 3_600_000,
    now: null,
  })
  const fresh = newCustomer()
  const patch = (target: Key, operationId: string) =>
    adapter.operations.updateConversation({ ...stamp(operationId), target, patch: { nickname: operationId }, expectedVersion: null })
  const item = (customer: Key, operationId: string) => ({
    ...customer,
    operationId,
    ids: { conversation: operationId, contact: `${operationId} contact`, contactInbox: `${operationId} inbox`, identities: [] },
    identities: [],
    patch: { nickname: operationId },
    channel: null,
    expectedVersion: null,
    onClosed: null,
    defaultOnClosed: 'new' as const,
    historyOpens: 'open' as const,
    markUnread: false,
    usernameKey: null,
    events: [],
  })
  const upsert = (customer: Key, operationId: string) =>
    adapter.operations.upsertConversations({ ...stamp(operationId), atomic: false, items: [item(customer, operationId)] })
  for (let turn = 0; turn <= rememberedOperations; turn++) {
    const [result] = await upsert(fresh, `unseen ${turn}`)
    equal(result?.ok, true)
  }
  const [forgotten] = await upsert(fresh, 'one more')
  equal(forgotten?.ok === false && forgotten.failure.code, 'COMMIT_OUTCOME_UNKNOWN')
  await refuses(patch(full, 'one more'), 'COMMIT_OUTCOME_UNKNOWN')
}
