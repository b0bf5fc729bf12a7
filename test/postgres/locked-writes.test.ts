import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
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
  /** Lets a write wait between its look and its change, where the database makes an id. */
  const holdNewIds = async () => {
    const blocker = await scratch.pool.connect()
    await blocker.query('select pg_advisory_lock(hashtext($1))', [scratch.schema])
    await scratch.query(`create or replace function "${scratch.schema}".new_row_id() returns text language sql volatile as $$
      select pg_advisory_xact_lock_shared(hashtext('${scratch.schema}'))::text || md5(random()::text) $$`)
    return async () => {
      await blocker.query('select pg_advisory_unlock_all()')
      blocker.release()
    }
  }
  return { ...scratch, account: store.forAccount('acme'), waiting, begin, holdNewIds }
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

  test('a reopening by an id that becomes another customer’s while it waits finds the conversations of that one', async () => {
    const { account, begin, waiting } = await open()
    const { conversation: active } = await account.upsertConversation(lan)
    await account.upsertConversation(namesake)
    await account.closeConversation(namesake)
    const host = await begin()
    const identities = [lan, namesake].map(({ customerId }, index) => ({ id: customerId, kind: index === 0 ? 'phone' : 'user_id' }))
    await host.account.linkCustomerIds({ oaId: 'page', identities })
    const reopening = account.reopenConversation(namesake)
    const refused = rejects(reopening, { code: 'ACTIVE_CONVERSATION_EXISTS', details: { conversationId: active.id } })
    await waiting()
    await host.end()
    await refused
  })

  test('an adoption is sent again when another customer claims the username while it waits', async () => {
    const { account, begin, holdNewIds, pool, schema, waiting } = await open()
    await account.upsertConversation({ ...lan, customerUsername: 'lan', matchUsername: true })
    await account.upsertConversation(namesake)
    await account.closeConversation(namesake)
    const { conversation: other } = await account.upsertConversation({ oaId: 'page', customerId: 'other' })
    const letIdsBeMade = await holdNewIds()
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
    await letIdsBeMade()
    await refused
    equal((await account.findConversation({ conversationId: other.id }))?.nickname, 'Other')
  })

  test.each(['upsertConversationWithEvents', 'bulkUpsertConversationsWithEvents'] as const)(
    'the times of a call that waited are not before what it waited for: %s',
    async (verb) => {
      const { account, begin, waiting } = await open()
      await account.upsertConversation(lan)
      const host = await begin()
      await host.query('select 1 from %.contact_inboxes for update')
      const item = { ...lan, events: [{ type: 'message', messageId: 'm1', text: 'x' }] } as const
      const writing =
        verb === 'upsertConversationWithEvents' ? account[verb](item) : account[verb]({ conversations: [item] }).then(([result]) => result)
      await waiting()
      const { conversation: closed } = await host.account.closeConversation(lan)
      await host.end()
      const result = await writing
      const { conversation } = result && 'conversation' in result ? result : { conversation: null }
      ok(conversation && closed.closedAt && conversation.id !== closed.id)
      ok(conversation.createdAt >= closed.closedAt && conversation.updatedAt >= closed.closedAt)
    },
  )

  test('a bulk whose inbox is connected between two of its statements is sent again, and its items see one channel', async () => {
    const { account, holdNewIds, pool, query, schema, waiting } = await open()
    const letIdsBeMade = await holdNewIds()
    const item = { oa_id: 'page', customer_id: 'lan', contact_inbox_id: 'ci' }
    const conversations = ['m1', 'm2'].map((id) => ({ ...item, operation_id: id, events: [{ type: 'message', message_id: id }] }))
    const bulk = () =>
      pool.query(`select "${schema}".bulk_upsert_conversations_with_events($1) as results`, [
        { account_id: 'acme', operation_id: 'bulk', conversations },
      ])
    const refused = rejects(bulk(), { code: '40001' })
    await waiting()
    await account.connectInbox({ oaId: 'page', channel: 'sms' })
    await letIdsBeMade()
    await refused
    deepEqual(await query(`select id from "${schema}".conversations`), [])
    const [{ results }] = (await bulk()).rows
    deepEqual(
      results.map(({ conversation }: { conversation: { channel: string } }) => conversation.channel),
      ['sms', 'sms'],
    )
  })
})
