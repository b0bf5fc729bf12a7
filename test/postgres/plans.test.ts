import { expect, test } from 'vitest'
import { explained, planModes } from './explained.js'
import { onServer, recordStatements, scratchPool } from './scratch-schema.js'
import { stamp } from './seed.js'

test('every call finds its rows by an index, and reads no others, among 30,000 conversations, also with a plan for all values', async () => {
  const pool = scratchPool({ max: 1 })
  const { adapter, schema, query } = await onServer({ pool })
  const at = "'2026-01-01'::timestamptz"
  // There are three accounts with 10,000 customers each. One conversation in ten is open, one customer has had 500
  // conversations, and a few conversations of every status are unread.
  await query(`insert into "${schema}".contacts (account_id, id, created_at, updated_at)
    select 'account' || a, 'p' || n, ${at}, ${at} from generate_series(1, 3) a, generate_series(1, 10000) n`)
  await query(`insert into "${schema}".contact_inboxes (account_id, id, oa_id, customer_id, contact_id, channel, created_at)
    select 'account' || a, 'i' || n, 'page' || n % 5, 'c' || n, 'p' || n, 'api', ${at} from generate_series(1, 3) a, generate_series(1, 10000) n`)
  await query(`insert into "${schema}".conversations (account_id, id, oa_id, customer_id, contact_inbox_id, contact_id, channel, status, version, chatbot_id,
      unread_count, last_seq, read_seq, last_event_seq, last_activity_at, status_changed_at, snoozed_until, operations, created_at, updated_at)
    select 'account' || a, 'x' || n, 'page' || c % 5, 'c' || c, 'i' || c, 'p' || c, 'api',
      case when n > 10000 or n % 10 > 1 then 'closed' when n % 100 = 1 then 'snoozed' else 'open' end, 0, 'bot' || n % 5,
      case when n % 200 in (20, 101) or n % 50 = 3 then 4 else 0 end, 4, 0, 4, ${at} + n * interval '1 s', ${at}, case when n % 100 = 1 and n <= 10000 then ${at} + n * interval '1 s' end, '{0}', ${at} + n * interval '1 s', ${at}
    from generate_series(1, 3) a, generate_series(1, 10500) n, lateral (select case when n > 10000 then 7 else n end) as k(c)`)
  await query(`insert into "${schema}".messages (account_id, id, conversation_id, contact_inbox_id, seq, message_id, direction, sender_type, text, attachments, occurred_at, created_at)
    select 'account' || a, 'm' || n || '-' || s, 'x' || n, 'i' || n, s, 'm' || s, 'inbound', 'customer', '', '[]', ${at}, ${at}
    from generate_series(1, 3) a, generate_series(1, 5000) n, generate_series(1, 4) s`)
  await query(`insert into "${schema}".contact_interaction_events (account_id, id, contact_inbox_id, conversation_id, event_seq, type, message_id, direction, dedupe_key, operation_id, occurred_at, created_at)
    select m.account_id, m.id, m.contact_inbox_id, m.conversation_id, m.seq, 'message', m.message_id, 'inbound', m.id, 'o', ${at}, ${at} from "${schema}".messages m`)
  await query(`insert into "${schema}".inboxes (account_id, id, oa_id, channel, status, connected_at, created_at, updated_at)
    select 'account' || a, 'n' || n, 'page' || n, 'api', 'connected', ${at}, ${at}, ${at} from generate_series(1, 3) a, generate_series(1, 500) n`)
  await query(`insert into "${schema}".conversation_merges (account_id, id, kept_id, lost_id, lost, before, created_at)
    select 'account' || a, 'g' || n, 'x' || n, 'lost' || n, '{}', '{}', ${at} from generate_series(1, 3) a, generate_series(1, 2000) n`)
  await query(`insert into "${schema}".leases (account_id, kind, key, holder, operation_id, token, acquired_at, expires_at)
    select 'account' || a, 'sync', 'page' || n, 'host', 'o', 1, ${at}, ${at} from generate_series(1, 3) a, generate_series(1, 1000) n`)
  await query(`insert into "${schema}".webhook_journal (account_id, id, channel, holder, operation_id, outcome, token, received_at, expires_at, due_at, attempts, inboxes, body)
    select 'account' || a, 'w' || n, 'sms', 'host', 'o', case when n % 100 = 7 then 'failed' when n % 100 = 8 then 'waiting' else 'ingested' end, 1,
      ${at} + n * interval '1 s', ${at} + n * interval '1 s', case when n % 100 = 8 then ${at} + n * interval '1 s' end, 1, '[]', '{}'
    from generate_series(1, 3) a, generate_series(1, 5000) n`)
  await query(`insert into "${schema}".sync_state (account_id, session_id, page_id, origin, source, status, phase, operation_id, started_at, updated_at,
      finished_at, began_at, elapsed_ms, pages, conversations, created, messages, duplicates, invalid, unreadable)
    select 'account' || a, 's' || n, 'page' || n % 50, 'pulled', 'export', case when n > 4950 then 'running' when n % 5 = 0 then 'superseded' else 'completed' end,
      'list', 'o', ${at} + n * interval '1 s', ${at}, case when n <= 4950 then ${at} + n * interval '1 s' end, ${at}, 1, 1, 1, 1, 1, 1, 1, 1
    from generate_series(1, 3) a, generate_series(1, 5000) n`)
  await query(`insert into "${schema}".inbox_migrations (account_id, id, kind, source_inbox_id, source_oa_id, destination_inbox_id, destination_oa_id,
      on_active_conflict, status, operation_id, created_at, updated_at, completed_at, conversations_count, conversations_moved, messages_count, messages_moved,
      attachments_count, attachments_moved, contact_inboxes_count, contact_inboxes_moved, contacts_merged, skipped, batches, pass, pass_moved)
    select 'account' || a, 'm' || n, 'move', 'n', 'page' || n % 50, 'n', 'to' || n, 'skip', 'completed', 'o', ${at} + n * interval '1 s', ${at}, ${at},
      1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 0
    from generate_series(1, 3) a, generate_series(1, 2000) n`)
  await query('analyze')

  const sent = recordStatements(pool)
  const { operations } = adapter
  const scoped = { accountId: 'account2', signal: null }
  const everything = { statuses: null, oaId: null, customerId: null, contactId: null, chatbotId: null, unread: null, updatedSince: null }
  const page = { ...scoped, ...everything, limit: 50, after: null }
  const deep = { ...page, after: [Date.parse('2026-01-01T01:00:00Z'), 'x1'] }
  const unread = { ...page, unread: true }
  const unreadOfInbox = { ...unread, oaId: 'page3', statuses: ['open', 'snoozed'] as const }
  const customer = { oaId: 'page1', customerId: 'c11' }
  const webhooks = { ...scoped, since: null, channel: null, outcome: null, limit: 50, after: null }
  const sessions = { ...scoped, oaId: null, status: null, limit: 50, after: null }
  const moves = { ...scoped, sourceOaId: null, active: null, limit: 50, after: null }
  const beginning = { sessionId: 'next', oaId: 'page7', source: 'export', origin: 'pulled', incremental: true, retainMs: 1 } as const
  const write = (conversationId: string) => ({ ...stamp('account2'), target: { conversationId }, expectedVersion: null })
  const byCustomer = { ...stamp('account2'), target: customer, expectedVersion: null }
  const calls: Record<string, () => Promise<unknown>> = {
    'updateConversation by id': () => operations.updateConversation({ ...write('x20'), patch: { nickname: 'a', customerName: 'b' } }),
    'updateConversation by customer': () => operations.updateConversation({ ...byCustomer, patch: { nickname: 'a' } }),
    'markRead to a message': () => operations.markRead({ ...write('x20'), seq: 2, upToTime: null }),
    'markRead up to a time': () => operations.markRead({ ...write('x30'), seq: null, upToTime: new Date('2026-01-02') }),
    markUnread: () => operations.markUnread(write('x20')),
    'markRead by customer': () => operations.markRead({ ...byCustomer, seq: null, upToTime: null }),
    closeConversation: () => operations.closeConversation(write('x20')),
    snoozeConversation: () => operations.snoozeConversation({ ...write('x30'), until: new Date() }),
    'reopenConversation by id': () => operations.reopenConversation(write('x20')),
    'reopenConversation by customer': () => operations.reopenConversation({ ...byCustomer, target: { oaId: 'page2', customerId: 'c7' } }),
    findConversation: () => operations.findConversation({ ...scoped, conversationId: 'x5' }),
    'findByOaAndCustomer, active': () => operations.findByOaAndCustomer({ ...scoped, ...customer, status: 'active' }),
    'findByOaAndCustomer, any of 500': () => operations.findByOaAndCustomer({ ...scoped, oaId: 'page2', customerId: 'c7', status: 'any' }),
    'listConversations, first page': () => operations.listConversations(page),
    'listConversations, deep page': () => operations.listConversations(deep),
    'listConversations, closed': () => operations.listConversations({ ...deep, statuses: ['closed'] }),
    'listConversations, active': () => operations.listConversations({ ...page, statuses: ['open', 'snoozed'] }),
    'listConversations, active, deep': () => operations.listConversations({ ...deep, statuses: ['open', 'snoozed'] }),
    'listConversations of an inbox': () => operations.listConversations({ ...deep, oaId: 'page3' }),
    'listConversations of a chatbot': () => operations.listConversations({ ...deep, chatbotId: 'bot3' }),
    'listConversations of a contact': () => operations.listConversations({ ...page, contactId: 'p7' }),
    'listConversations, closed, of a contact': () => operations.listConversations({ ...page, statuses: ['closed'], contactId: 'p7' }),
    'countConversations of a contact': () => operations.countConversations({ ...page, contactId: 'p7' }),
    'listConversations of a customer': () => operations.listConversations({ ...page, customerId: 'c7' }),
    'listConversations, unread': () => operations.listConversations({ ...page, unread: true }),
    'listConversations, unread, deep': () => operations.listConversations({ ...deep, unread: true }),
    'listConversations, active, unread': () => operations.listConversations({ ...unread, statuses: ['open', 'snoozed'] }),
    'listConversations of an inbox, unread': () => operations.listConversations({ ...unread, oaId: 'page3' }),
    'listConversations of an inbox, active, unread': () => operations.listConversations(unreadOfInbox),
    'listConversations of an inbox, active, unread, deep': () => operations.listConversations({ ...unreadOfInbox, after: deep.after }),
    'countConversations, unread': () => operations.countConversations(unread),
    'countConversations, active, unread': () => operations.countConversations({ ...unread, statuses: ['open', 'snoozed'] }),
    'countConversations of an inbox, active, unread': () => operations.countConversations(unreadOfInbox),
    'countConversations of an inbox': () => operations.countConversations({ ...page, oaId: 'page3' }),
    'findMessage by id': () => operations.findMessage({ ...scoped, id: 'm5-2' }),
    "findMessage by the channel's id": () => operations.findMessage({ ...scoped, oaId: 'page1', customerId: 'c6', messageId: 'm3' }),
    'listMessages, oldest': () =>
      operations.listMessages({ ...scoped, conversationId: 'x5', by: 'seq', afterSeq: 0, order: 'oldest', limit: 2, after: [1] }),
    'listMessages, newest': () =>
      operations.listMessages({ ...scoped, conversationId: 'x5', by: 'seq', afterSeq: 0, order: 'newest', limit: 2, after: null }),
    listEvents: () => operations.listEvents({ ...scoped, conversationId: 'x5', limit: 2, after: [1] }),
    findRedirect: () => operations.findRedirect({ ...scoped, conversationId: 'lost5' }),
    'findContact by customer': () => operations.findContact({ ...scoped, ...customer }),
    updateContact: () => operations.updateContact({ ...stamp('account2'), ...customer, patch: { name: 'c' } }),
    wakeDue: () => operations.wakeDue({ ...stamp('account2'), limit: 10 }),
    listInboxes: () => operations.listInboxes({ ...scoped, limit: 50, after: ['a'] }),
    listLeases: () => operations.listLeases({ ...scoped, kind: 'sync', now: null, limit: 50, after: ['sync', 'a'] }),
    listAllLeases: () => operations.listAllLeases({ kind: 'sync', signal: null, now: null, limit: 50, after: ['account2', 'sync', 'a'] }),
    releaseExpiredLeases: () => operations.releaseExpiredLeases({ operationId: 'o', firstSentAt: null, now: null, kind: 'sync' }),
    acquireLease: () => operations.acquireLease({ ...stamp('account2'), kind: 'sync', key: 'page5', holder: 'b', ttlMs: 1000 }),
    renewLease: () => operations.renewLease({ ...stamp('account2'), kind: 'sync', key: 'page5', token: 1, ttlMs: 1000 }),
    releaseLease: () => operations.releaseLease({ ...stamp('account2'), kind: 'sync', key: 'page6', token: 1 }),
    listWebhooks: () => operations.listWebhooks({ ...webhooks, after: [Date.parse('2026-01-01T01:00:00Z'), 'w1'] }),
    'listWebhooks, failed': () => operations.listWebhooks({ ...webhooks, outcome: 'failed' }),
    findWebhook: () => operations.findWebhook({ ...scoped, id: 'w5' }),
    takeWebhooks: () => operations.takeWebhooks({ ...stamp('account2'), ids: null, limit: 5, holder: 'b', claimMs: 1000 }),
    renewWebhook: () => operations.renewWebhook({ ...stamp('account2'), id: 'w5', token: 1, claimMs: 1000 }),
    settleWebhook: () =>
      operations.settleWebhook({ ...stamp('account2'), id: 'w5', token: 1, outcome: 'ingested', report: {}, retryInMs: null }),
    clearWebhooks: () => operations.clearWebhooks({ ...stamp('account2'), limit: 5 }),
    beginSync: () => operations.beginSync({ ...stamp('account2'), ...beginning }),
    resumeSync: () => operations.resumeSync({ ...stamp('account2'), sessionId: 's4999', oaId: 'page49', source: 'export' }),
    failSync: () => operations.failSync({ ...stamp('account2'), sessionId: 's4998', error: { code: 'C', message: 'm' }, elapsedMs: 1 }),
    findSyncSession: () => operations.findSyncSession({ ...scoped, sessionId: 's5' }),
    listSyncSessions: () => operations.listSyncSessions({ ...sessions, after: [Date.parse('2026-01-01T01:00:00Z'), 's1'] }),
    'listSyncSessions of an inbox': () => operations.listSyncSessions({ ...sessions, oaId: 'page7' }),
    findSyncAccounts: () => operations.findSyncAccounts({ signal: null, after: 'a', limit: 5 }),
    findInboxMigration: () => operations.findInboxMigration({ ...scoped, migrationId: 'm5' }),
    listInboxMigrations: () => operations.listInboxMigrations({ ...moves, after: [Date.parse('2026-01-01T00:20:00Z'), 'm1'] }),
    'listInboxMigrations of an inbox': () => operations.listInboxMigrations({ ...moves, sourceOaId: 'page7' }),
    previewInboxMove: () =>
      operations.previewInboxMove({ ...scoped, sourceOaId: 'page1', destinationOaId: 'page2', after: 'c', limit: 50 }),
    findInboxMigrationAccounts: () => operations.findInboxMigrationAccounts({ signal: null, after: 'a', limit: 5 }),
    findWebhookAccounts: () => operations.findWebhookAccounts({ of: 'work', signal: null, now: null, after: 'a', limit: 5 }),
  }
  const wrong: string[] = []
  for (const [name, call] of Object.entries(calls)) {
    await call()
    const statement = sent.splice(0)[0] ?? expect.fail(`${name} sent nothing`)
    for (const mode of planModes) {
      for (const node of await explained(query, statement, mode)) {
        const removed = node['Rows Removed by Filter'] ?? 0
        const type = node['Node Type']
        const sorts = /Sort/.test(type) && /^(find|list)/.test(name) && !/of a (customer|contact)$/.test(name)
        const bad = /Seq Scan|Hash/.test(type) || sorts || (node['Relation Name'] !== undefined && removed > 1)
        if (bad) wrong.push(`${mode}, ${name}: ${node['Node Type']} ${node['Relation Name'] ?? ''} (${removed} rows removed)`)
      }
    }
    sent.length = 0
  }
  expect(wrong).toEqual([])
})
