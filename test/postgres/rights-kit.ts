import { randomBytes } from 'node:crypto'
import { Pool, type PoolClient } from 'pg'
import { expect, onTestFinished } from 'vitest'
import type { createConversationStore } from '../../src/index.js'
import type { PostgresOptions } from '../../src/postgres/index.js'
import { newSchemaName, onServer, postgresUrl, scratchPool } from './scratch-schema.js'

/** Creates a role of its own for a test, which ends with the test. */
export async function newRole(pool: Pool, name: string, attributes = 'login'): Promise<string> {
  const role = `${name}_${randomBytes(4).toString('hex')}`
  await pool.query(`create role ${role} ${attributes}`)
  onTestFinished(async () => {
    const owner = new Pool({ connectionString: postgresUrl(), max: 1 })
    await owner.query(`drop owned by ${role}; drop role ${role}`)
    await owner.end()
  })
  return role
}

/** A schema whose default privileges are those of a Supabase project. */
export async function supabase(options: Partial<PostgresOptions> = {}) {
  const pool = scratchPool()
  const schema = newSchemaName()
  const anon = await newRole(pool, 'anon')
  const authenticated = await newRole(pool, 'authenticated')
  const service = await newRole(pool, 'service_role', 'login bypassrls')
  const all = [anon, authenticated, service].join(', ')
  await pool.query(`create schema ${schema}; grant usage on schema ${schema} to ${all}`)
  for (const kind of ['tables', 'functions', 'sequences']) {
    await pool.query(`alter default privileges in schema ${schema} grant all on ${kind} to ${all}`)
  }
  return { ...(await onServer({ ...options, pool, schema })), anon, authenticated, service }
}

export async function as<T>(pool: Pool, role: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query(`set role ${role}`)
    return await work(client)
  } finally {
    await client.query('reset role')
    client.release()
  }
}

export function poolAs(role: string): Pool {
  const url = new URL(postgresUrl())
  url.username = role
  return scratchPool({ connectionString: url.href })
}

export async function relationsIn(pool: Pool, schema: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p')`,
    [schema],
  )
  return rows.map(({ name }) => name)
}

export async function functionsIn(pool: Pool, schema: string): Promise<readonly { readonly name: string; readonly call: string }[]> {
  const { rows } = await pool.query<{ name: string; call: string }>(
    `select p.oid::regprocedure::text as name, format('select %s(%s)', p.oid::regproc, (
       select string_agg(format('null::%s', format_type(t, null)), ', ' order by n) from unnest(p.proargtypes) with ordinality a(t, n))) as call
     from pg_proc p where p.pronamespace = $1::regnamespace`,
    [schema],
  )
  return rows
}

export async function useEverything(store: ReturnType<typeof createConversationStore>): Promise<void> {
  const acme = store.forAccount('acme')
  const customer = { oaId: 'page', customerId: 'lan' }
  await acme.connectInbox({ oaId: 'page', channel: 'messenger' })
  await acme.upsertConversation({ ...customer, nickname: 'Lan' })
  await acme.upsertConversation({ ...customer, nickname: 'Lan A' })
  const message = { type: 'message', messageId: 'm1', text: 'x' } as const
  const out = { type: 'message', messageId: 'm2', text: 'y', direction: 'outbound' } as const
  const { conversation } = await acme.upsertConversationWithEvents({ ...customer, events: [message, out, { type: 'postback' }] })
  await acme.bulkUpsertConversationsWithEvents({
    conversations: [
      { ...customer, events: [{ type: 'receipt', status: 'read', messageIds: ['m2'] }] },
      { ...customer, customerId: 'minh', events: [message] },
    ],
  })
  await acme.upsertConversationWithEvents({ ...customer, events: [{ type: 'message_edit', targetMessageId: 'm1', text: 'z' }] })
  const { conversation: read } = await acme.markRead(customer)
  expect(read.unreadCount).toBe(0)
  await acme.closeConversation(customer)
  await acme.reopenConversation(customer)
  await acme.updateContact({ ...customer, name: 'Lan' })
  const { items } = await acme.listMessages({ conversationId: conversation?.id ?? '' })
  expect(items.map(({ text, status }) => [text, status])).toEqual([
    ['z', null],
    ['y', 'read'],
  ])
  expect(await store.findInboxOwner({ channel: 'messenger', oaId: 'page' })).toMatchObject({ accountId: 'acme' })
  const lease = { kind: 'sync', key: 'page' }
  const acquired = await acme.acquireLease({ ...lease, holder: 'host', ttlMs: 60_000 })
  const { token } = acquired.acquired ? acquired.lease : { token: 0 }
  await acme.renewLease({ ...lease, token, ttlMs: 60_000 })
  expect((await acme.listLeases()).items).toMatchObject([{ ...lease, token }])
  const { sessionId } = await acme.beginSync({ oaId: 'page', source: 'export' })
  await acme.writeSyncPage({ sessionId, expectedPages: 0, conversations: [], phase: 'list', cursor: null, isLast: true })
  expect((await acme.syncStatistics()).items).toMatchObject([{ oaId: 'page', completed: 1 }])
  const operator = store.forOperator()
  expect((await operator.listAllLeases({ kind: 'sync' })).items).toMatchObject([{ ...lease, accountId: 'acme', token }])
  expect(await operator.releaseExpiredLeases({ kind: 'sync' })).toBe(0)
  await acme.releaseLease({ ...lease, token })
  const claim = { accountId: 'acme', holder: 'host', claimMs: 60_000 }
  const kept = await operator.keepWebhook({ ...claim, channel: 'sms', body: '{}', retainMs: 60_000 })
  await operator.renewWebhook({ accountId: 'acme', id: kept.id, token: 1, claimMs: 1_000 })
  await operator.settleWebhook({ accountId: 'acme', id: kept.id, token: 1, outcome: 'failed', report: {} })
  expect(await operator.takeWebhooks({ ...claim, ids: [kept.id] })).toMatchObject([{ token: 2 }])
  expect((await operator.listWebhooks({ accountId: 'acme' })).items).toHaveLength(1)
  expect(await operator.findWebhookAccounts({ of: 'all' })).toContain('acme')
  expect(await operator.findSyncAccounts()).toContain('acme')
  for (const oaId of ['from', 'to']) await acme.connectInbox({ oaId, channel: 'api' })
  const between = { sourceOaId: 'from', destinationOaId: 'to' }
  const { id: migrationId } = await acme.beginInboxMigration({ ...between, onActiveConflict: 'skip' })
  expect(await operator.findInboxMigrationAccounts()).toContain('acme')
  expect(await acme.previewInboxMove(between)).toMatchObject({ people: 0 })
  expect(await acme.moveInboxBatch({ migrationId, expectedBatches: 0 })).toMatchObject({ status: 'completed' })
  const { id: undo } = await acme.undoInboxMigration({ migrationId })
  expect(await acme.moveInboxBatch({ migrationId: undo, expectedBatches: 0 })).toMatchObject({ status: 'completed' })
  expect(await operator.clearWebhooks({ accountId: 'acme' })).toEqual({ cleared: 0, more: false })
}
