import { expect } from 'vitest'
import { type ConversationAdapter, type CustomerKey, createConversationStore } from '../../src/index.js'
import type { SnapshotFacts } from './write-data.js'

const minute = 60_000

/**
 * Goes on writing where a release stopped. It finds whether what no read shows has come along: which messages are
 * known, what waits, which ids lead to whom, and what undoes a merge.
 */
export async function expectUsable(adapter: ConversationAdapter, facts: SnapshotFacts): Promise<void> {
  let now = Date.parse(facts.writtenAt)
  const clock = () => {
    now += 1000
    return new Date(now)
  }
  const store = createConversationStore({ adapter, clock })
  const account = store.forAccount(facts.accountId)
  const { active, waiting, linked, unreadReply, conversationMerge, contactMerge, snoozed } = facts
  const write = (key: CustomerKey, messageId: string) =>
    account.upsertConversationWithEvents({
      ...key,
      events: [{ type: 'message', messageId, text: messageId, occurredAt: new Date(now) }],
    })

  const before = await account.findByOaAndCustomer(active.key)
  expect(await write(active.key, active.messageId), 'a message that came before the upgrade').toMatchObject({
    outcome: 'duplicate',
    duplicates: 1,
    conversation: { id: before?.id, version: before?.version, unreadCount: before?.unreadCount },
  })
  expect(await write(active.key, 'after-1'), 'a message for the active conversation').toMatchObject({
    outcome: 'updated',
    conversation: { id: before?.id, version: (before?.version ?? 0) + 1, unreadCount: (before?.unreadCount ?? 0) + 1 },
  })
  await write(waiting.key, waiting.targetMessageId)
  expect(
    await account.findMessage({ ...waiting.key, messageId: waiting.targetMessageId }),
    'the target of a reaction that waited',
  ).toMatchObject({ reactions: [{ emoji: waiting.emoji }] })

  const [first, second] = linked.ids
  expect(await account.findByOaAndCustomer(first), 'a customer under two ids').toEqual(await account.findByOaAndCustomer(second))
  expect(await write(first, linked.messageId), 'what the other id has said').toMatchObject({ outcome: 'duplicate' })
  await account.upsertConversationWithEvents({
    ...unreadReply.key,
    events: [{ type: 'receipt', status: 'read', watermark: new Date(now), occurredAt: new Date(now) }],
  })
  expect(
    await account.findMessage({ ...unreadReply.key, messageId: unreadReply.messageId }),
    'a reply that was read after the upgrade',
  ).toMatchObject({ status: 'read' })

  expect(await account.findConversation({ conversationId: conversationMerge.lostId })).toMatchObject({ id: conversationMerge.keptId })
  expect(await account.unmergeConversations({ mergeId: conversationMerge.mergeId }), 'a merge that is undone').toMatchObject({
    outcome: 'unmerged',
    kept: { id: conversationMerge.keptId },
    restored: { id: conversationMerge.lostId },
  })
  expect(await account.recordHistoryProgress({ oaId: 'number-1', phase: 1, progress: 60 }), 'a history that goes on').toMatchObject({
    history: { phase: 1, progress: 60 },
  })
  expect(await account.unmergeContacts({ mergeId: contactMerge.mergeId }), 'a merge of contacts that is undone').toMatchObject({
    outcome: 'unmerged',
    kept: { id: contactMerge.keptId },
    restored: { id: contactMerge.lostId },
  })

  now = Date.parse(snoozed.until) + minute
  expect(await account.wakeDue(), 'what was snoozed').toMatchObject([{ id: snoozed.conversationId, status: 'open' }])
  expect(await account.closeConversation(active.key), 'the active conversation').toMatchObject({ conversation: { status: 'closed' } })
  const next = await write(active.key, 'after-2')
  expect(next, 'a message after the close').toMatchObject({ outcome: 'created', conversation: { version: 0, unreadCount: 1 } })
  expect(next.conversation?.id).not.toBe(before?.id)
  expect(await account.sweep()).toEqual({ expiredEvents: 0, more: false })

  const lease = { kind: 'sync', key: active.key.oaId }
  expect(await account.acquireLease({ ...lease, holder: 'host', ttlMs: 60_000 }), 'a lease').toMatchObject({ acquired: true })
  await account.releaseLease({ ...lease, token: 1 })
  expect(await account.beginSync({ oaId: active.key.oaId, source: 'export' }), 'a sync').toMatchObject({ status: 'running' })
  const sourceOaId = active.key.oaId
  const { channel } = (await account.listInboxes({ limit: 500 })).items.find(({ oaId }) => oaId === sourceOaId) ?? { channel: 'api' }
  const destinationOaId = `${sourceOaId}-next`
  for (const oaId of [sourceOaId, destinationOaId]) await account.connectInbox({ oaId, channel })
  const { id: migrationId } = await account.beginInboxMigration({ sourceOaId, destinationOaId, onActiveConflict: 'skip' })
  const batch = account.moveInboxBatch({ migrationId, expectedBatches: 0 })
  expect(await batch, 'a move of an inbox').toMatchObject({ status: 'running', moved: { contactInboxes: expect.any(Number) } })
  expect(await account.findByOaAndCustomer({ ...active.key, oaId: destinationOaId })).toMatchObject({ id: next.conversation?.id })
  const kept = { accountId: facts.accountId, channel: 'sms', body: '{}', retainMs: 60_000, holder: 'host', claimMs: 60_000 }
  expect(await store.forOperator().keepWebhook(kept), 'a body that is kept').toMatchObject({ token: 1 })
}
