import { equal, rejects } from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { newSchemaName, onServer, scratchPool } from './scratch-schema.js'
import { waitingStatements } from './waiting-statements.js'

const lan = { oaId: 'page', customerId: 'lan' }
const namesake = { oaId: 'page', customerId: 'lan-2' }

async function open() {
  const name = newSchemaName()
  const scratch = await onServer({ pool: scratchPool({ max: 6, application_name: name }), schema: name })
  const store = createConversationStore({ adapter: scratch.adapter })
  const waiting = (count = 1) => waitingStatements(scratch.pool, scratch.schema, count)
  /** A transaction of the host, with the store in it. */
  const begin = async () => {
    const client = await scratch.pool.connect()
    await client.query('begin')
    const end = async () => {
      await client.query('commit')
      client.release()
    }
    const query = (text: string, values: unknown[] = []) => client.query(text.replaceAll('%', `"${scratch.schema}"`), values)
    return { account: store.using(client).forAccount('acme'), query, end }
  }
  return { ...scratch, account: store.forAccount('acme'), waiting, begin }
}

describe('a write on PostgreSQL changes only what it has locked:', () => {
  test('a reopening by id waits for a write that holds the customer, and then finds what that one opened', async () => {
    const { account, begin, waiting } = await open()
    const { conversation: older } = await account.upsertConversation(lan)
    await account.closeConversation(lan)
    const { conversation: latest } = await account.upsertConversation(lan)
    await account.closeConversation(lan)
    const host = await begin()
    await host.query('select 1 from %.conversations where id = $1 for update', [latest.id])
    const writing = account.upsertConversation({ ...lan, onClosed: 'reopen', nickname: 'Lan' })
    await waiting()
    const reopening = account.reopenConversation({ conversationId: older.id })
    const refused = rejects(reopening, { code: 'ACTIVE_CONVERSATION_EXISTS', details: { conversationId: latest.id } })
    equal(await Promise.race([waiting(2).then(() => 'waits'), reopening.then(() => 'reopened')]), 'waits')
    await host.end()
    equal((await writing).outcome, 'reopened')
    await refused
  })

  test('an adoption is sent again when another customer claims the username while it waits', async () => {
    const { account, begin, pool, query, schema, waiting } = await open()
    await account.upsertConversation({ ...lan, customerUsername: 'lan', matchUsername: true })
    await account.upsertConversation(namesake)
    await account.closeConversation(namesake)
    const { conversation: other } = await account.upsertConversation({ oaId: 'page', customerId: 'other' })
    // Between the look of the write and its update stands an id that the database makes.
    const blocker = await pool.connect()
    await blocker.query('select pg_advisory_lock(hashtext($1))', [schema])
    await query(`create or replace function "${schema}".new_row_id() returns text language sql volatile as $$
      select pg_advisory_xact_lock_shared(hashtext('${schema}'))::text || md5(random()::text) $$`)
    const host = await begin()
    await host.account.closeConversation(lan)
    const item = {
      oa_id: 'page',
      customer_id: 'lan-2',
      operation_id: 'adopts',
      username_key: 'lan',
      contact_id: 'p',
      patch: { customer_username: 'lan' },
    }
    const adopting = pool.query(`select "${schema}".bulk_upsert_conversations_with_events($1)`, [
      { account_id: 'acme', operation_id: 'adopts', conversations: [item] },
    ])
    const refused = rejects(adopting, { code: '40001' })
    await waiting()
    await host.account.upsertConversation({ oaId: 'page', customerId: 'other', customerUsername: 'lan', matchUsername: true })
    await host.end()
    await waiting()
    await account.updateNickname({ conversationId: other.id, nickname: 'Other' })
    await blocker.query('select pg_advisory_unlock_all()')
    blocker.release()
    await refused
    equal((await account.findConversation({ conversationId: other.id }))?.nickname, 'Other')
  })
})
