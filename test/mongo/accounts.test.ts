import type { CommandStartedEvent } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, messages, openDatabase, type TestDatabase } from './database.js'

const servers = [
  ['a replica set', 'mongoReplicaSet'],
  ['a standalone server', 'mongoStandalone'],
] as const

describe.each(servers)('the commands on %s', (_, server) => {
  test.skipIf(isServerAbsent(server))('carry the account in the filter of every collection that they touch', async () => {
    await using database = await openDatabase(serverUrl(server))
    const commands = await database.commandsOf(() => callEverything(database, server === 'mongoReplicaSet'))
    const touching = commands.filter(({ command, commandName }) => typeof command[commandName] === 'string')
    expect(touching.length).toBeGreaterThan(40)
    for (const command of touching)
      for (const filter of filtersOf(command)) expect(filter, JSON.stringify(command.command)).toHaveProperty('accountId', 'acme')
  })
})

/** The filters and documents of a command, one for each collection that it reads or writes. */
function filtersOf({ command, commandName }: CommandStartedEvent): readonly unknown[] {
  // `inbox_owners` is the one collection that belongs to no account, because a webhook does not know its account.
  if (command[commandName] === 'inbox_owners') return []
  switch (commandName) {
    case 'find':
      return [command.filter]
    case 'findAndModify':
      return [command.query]
    case 'insert':
      return command.documents
    case 'update':
      return command.updates.map(({ q }: { q: unknown }) => q)
    case 'delete':
      return command.deletes.map(({ q }: { q: unknown }) => q)
    case 'aggregate':
      return matchesOf(command.pipeline)
    default:
      throw new Error(`an unexpected command: ${commandName}`)
  }
}

function matchesOf(pipeline: readonly { $match?: unknown; $lookup?: { pipeline: [] } }[]): readonly unknown[] {
  const lookups = pipeline.flatMap(({ $lookup }) => ($lookup ? matchesOf($lookup.pipeline) : []))
  return [pipeline[0]?.$match, ...lookups]
}

async function callLeases(account: TestDatabase['account']): Promise<void> {
  const lease = { kind: 'sync', key: 'page' }
  const answer = await account.acquireLease({ ...lease, holder: 'a', ttlMs: 60_000 })
  await account.acquireLease({ ...lease, holder: 'b', ttlMs: 60_000 })
  const token = answer.acquired ? answer.lease.token : 0
  await account.renewLease({ ...lease, token, ttlMs: 60_000 })
  await account.listLeases({ kind: 'sync' })
  await account.releaseLease({ ...lease, token })
}

async function callSyncs(account: TestDatabase['account']): Promise<void> {
  const { sessionId } = await account.beginSync({ oaId: 'page', source: 'export', incremental: true })
  await account.resumeSync({ sessionId, oaId: 'page', source: 'export' })
  const page = { sessionId, phase: 'list', cursor: null, conversations: [] }
  await account.writeSyncPage({ ...page, expectedPages: 0 })
  await account.failSync({ sessionId, error: { code: 'CODE', message: 'why' } })
  await account.writeSyncPage({ ...page, expectedPages: 1, isLast: true })
  await account.findSyncSession({ sessionId })
  await account.listSyncSessions({ oaId: 'page' })
  await account.syncStatistics({ oaId: 'page' })
}

async function callMoves(account: TestDatabase['account']): Promise<void> {
  for (const oaId of ['from', 'to']) await account.connectInbox({ oaId, channel: 'api' })
  for (const oaId of ['from', 'to'])
    await account.upsertConversation({ oaId, customerId: oaId, customerUsername: oaId, matchUsername: true })
  const between = { sourceOaId: 'from', destinationOaId: 'to' }
  await account.previewInboxMove(between)
  const { id: migrationId } = await account.beginInboxMigration({ ...between, onActiveConflict: 'skip' })
  await account.moveInboxBatch({ migrationId, expectedBatches: 0 })
  await account.findInboxMigration({ migrationId })
  await account.listInboxMigrations({ sourceOaId: 'from', active: true })
  await account.endInboxMigration({ migrationId, as: 'cancelled' })
  await account.moveInboxBatch({ migrationId, expectedBatches: 1 })
  const there = { oaId: 'to', customerId: 'from' }
  await account.closeConversation(there)
  await account.upsertConversation(there)
  const { id: undo } = await account.undoInboxMigration({ migrationId })
  expect((await account.moveInboxBatch({ migrationId: undo, expectedBatches: 0 })).moved.contactInboxes).toBe(1)
}

async function callJournal(store: TestDatabase['store']): Promise<void> {
  const journal = store.forOperator()
  const claim = { accountId: 'acme', holder: 'a', claimMs: 60_000 }
  const { id, token } = await journal.keepWebhook({ ...claim, channel: 'sms', body: '{}', retainMs: 60_000 })
  await journal.takeWebhooks(claim)
  await journal.renewWebhook({ accountId: 'acme', id, token: 1, claimMs: 60_000 })
  await journal.settleWebhook({ accountId: 'acme', id, token, outcome: 'failed', report: {} })
  await journal.takeWebhooks({ ...claim, ids: [id] })
  await journal.findWebhook({ accountId: 'acme', id })
  await journal.listWebhooks({ accountId: 'acme', since: new Date(0) })
  await journal.clearWebhooks({ accountId: 'acme' })
}

async function callEverything({ account, store }: TestDatabase, hasTransactions: boolean): Promise<void> {
  const key = customer()
  const page = { limit: 1 }
  if (hasTransactions) await account.connectInbox({ oaId: key.oaId, channel: 'instagram', metadata: { a: 1 } })
  await account.listInboxes(page)
  const { conversation } = await account.upsertConversation({
    ...key,
    customerName: 'Lan',
    customerUsername: '@lan',
    matchUsername: hasTransactions,
  })
  const { id: conversationId, contactId } = conversation
  const alias = hasTransactions ? { ...key, customerId: `${key.customerId}-alias` } : key
  await account.upsertConversation({ ...alias, customerUsername: 'Lan', matchUsername: hasTransactions })
  await account.upsertConversation({ ...key, nickname: 'n' })
  if (hasTransactions) await account.upsertConversation({ ...key, channel: 'instagram' })
  await account.updateConversation({ ...alias, customerName: 'Mai' })
  await account.updateNickname({ conversationId, nickname: 'm' })
  await account.updateContact({ contactId, name: 'Ms Mai' })
  await account.updateContact({ ...alias, metadata: { b: 2 } })
  await account.findContact(alias)
  await callLeases(account)
  await callJournal(store)
  if (hasTransactions) {
    await callSyncs(account)
    await callMoves(account)
    await callEvents({ account }, alias)
    await account.sweep()
  }
  await account.markRead({ ...key, seq: 1 })
  await account.markRead(alias)
  await account.snoozeConversation({ ...alias, until: new Date(Date.now() + 1) })
  await new Promise((resolve) => setTimeout(resolve, 5))
  await account.wakeDue()
  await account.closeConversation(key)
  await account.reopenConversation(alias)
  await account.findConversation({ conversationId })
  await account.findByOaAndCustomer(alias)
  await account.findByOaAndCustomer({ ...key, status: 'any' })
  await account.listConversations({ ...page, customerId: alias.customerId, unread: true })
  await account.countConversations({ status: 'active' })
  await account.findMessage({ ...key, messageId: 'm-0' })
  await account.listMessages({ conversationId, ...page })
  await account.listEvents({ conversationId, ...page })
  if (hasTransactions) await account.disconnectInbox({ oaId: key.oaId })
  await store.findInboxOwner({ channel: 'instagram', oaId: key.oaId })
}

async function callEvents({ account }: Pick<TestDatabase, 'account'>, key: { oaId: string; customerId: string }): Promise<void> {
  const now = new Date()
  await account.upsertConversationWithEvents({ ...key, events: messages(3) })
  await account.upsertConversationWithEvents({
    ...key,
    events: [
      { type: 'message', direction: 'outbound', localId: 'local' },
      { type: 'message_sent', localId: 'local', messageId: 'echo' },
      { type: 'message', direction: 'outbound', messageId: 'echo' },
      { type: 'receipt', status: 'read', watermark: new Date(now.getTime() + 1_000) },
      { type: 'reaction', targetMessageId: 'to come', emoji: '👍' },
      { type: 'message_edit', targetMessageId: 'm-0', text: 'edited' },
    ],
  })
  await account.upsertConversationWithEvents({ ...key, events: [{ type: 'message', direction: 'outbound', messageId: 'first echo' }] })
  await account.upsertConversationWithEvents({ ...key, events: [{ type: 'message', direction: 'outbound', localId: 'first local' }] })
  await account.upsertConversationWithEvents({
    ...key,
    events: [{ type: 'message_sent', localId: 'first local', messageId: 'first echo' }],
  })
  await account.upsertConversationWithEvents({ ...key, events: [{ type: 'message', messageId: 'to come', text: 'came' }] })
  await account.bulkUpsertConversationsWithEvents({
    conversations: [
      { ...key, events: messages(2, 'bulk') },
      { ...customer(), events: messages(1) },
    ],
  })
}
