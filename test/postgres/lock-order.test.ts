import { equal, ok, rejects } from 'node:assert/strict'
import { Client } from 'pg'
import { describe, test } from 'vitest'
import { createConversationStore, isConversationStoreError } from '../../src/index.js'
import { postgres } from '../../src/postgres/index.js'
import { raceDatabases } from '../race/race-databases.js'
import { onServer, recordStatements, scratchPool } from './scratch-schema.js'
import { waitingStatements } from './waiting-statements.js'

const lan = { oaId: 'page', customerId: 'lan' }

describe('writers of one conversation on PostgreSQL', () => {
  test('wait for each other in one order: patches that fail beside messages make no deadlock', async () => {
    // The test has a database of its own, because PostgreSQL counts deadlocks per database.
    const database = await raceDatabases.PostgreSQL()
    const store = createConversationStore({ url: database.url })
    const account = store.forAccount('acme')
    await account.upsertConversation(lan)
    const write = async (caller: number, call: number) => {
      if (caller % 2 === 0)
        await account.upsertConversationWithEvents({ ...lan, events: [{ type: 'message', messageId: `${caller}-${call}`, text: 'x' }] })
      else {
        const expectedVersion = (await account.findByOaAndCustomer(lan))?.version ?? 0
        await account.upsertConversation({ ...lan, nickname: `${caller}-${call}`, expectedVersion }).catch(ignoreConflict)
      }
    }
    await Promise.all(
      Array.from({ length: 8 }, async (_, caller) => {
        for (let call = 0; call < 25; call++) await write(caller, call)
      }),
    )
    await store.close()
    equal(await deadlocksOf(database.url), 0)
    await database.drop()
  })

  test('a patch that waited for the closing of a customer’s conversation goes to the one that is active then', async () => {
    const { adapter, pool, schema } = await onServer({ pool: scratchPool({ max: 4 }) })
    const account = createConversationStore({ adapter }).forAccount('acme')
    const { conversation: first } = await account.upsertConversation(lan)
    const client = await pool.connect()
    await client.query('begin')
    const inside = createConversationStore({ adapter }).using(client).forAccount('acme')
    await inside.closeConversation(lan)
    const { conversation: second } = await inside.upsertConversation(lan)
    const patching = account.updateNickname({ ...lan, nickname: 'Lan' })
    await waitingStatements(pool, schema)
    await client.query('commit')
    client.release()
    equal((await patching).conversation.id, second.id)
    equal((await account.findConversation({ conversationId: first.id }))?.nickname, null)
  })

  test('a patch by plain SQL that waited for a conversation which is closed then asks to be sent again, and so does not lock out of order', async () => {
    const { adapter, pool, schema } = await onServer({ pool: scratchPool({ max: 4 }) })
    await createConversationStore({ adapter }).forAccount('acme').upsertConversation(lan)
    const client = await pool.connect()
    await client.query('begin')
    await createConversationStore({ adapter }).using(client).forAccount('acme').closeConversation(lan)
    const payload = { account_id: 'acme', oa_id: 'page', customer_id: 'lan', operation_id: 'op', patch: { nickname: 'Lan' } }
    const call = () => pool.query(`select "${schema}".upsert_conversation_with_events($1)->>'outcome' as outcome`, [payload])
    const patching = call()
    const refused = rejects(patching, { code: '40001' })
    await waitingStatements(pool, schema)
    await client.query('commit')
    client.release()
    await refused
    equal((await call()).rows[0]?.outcome, 'created')
  })

  test('a patch that waited for a conversation which is closed then is sent again, and not gone on with out of order', async () => {
    const { adapter, pool, schema } = await onServer({ pool: scratchPool({ max: 4 }) })
    const account = createConversationStore({ adapter }).forAccount('acme')
    const { conversation: first } = await account.upsertConversation(lan)
    const client = await pool.connect()
    await client.query('begin')
    await createConversationStore({ adapter }).using(client).forAccount('acme').closeConversation(lan)
    const sent = recordStatements(pool)
    const patching = account.upsertConversation({ ...lan, nickname: 'Lan' })
    await waitingStatements(pool, schema)
    await client.query('commit')
    client.release()
    const { outcome, conversation } = await patching
    equal(outcome, 'created')
    equal(conversation.nickname, 'Lan')
    equal((await account.findConversation({ conversationId: first.id }))?.nickname, null)
    equal(sent.filter(({ text }) => text.startsWith('with start as')).length, 2)
  })

  test('a patch in a transaction that nobody told the adapter of waits for the contact inbox first, and does not fail', async () => {
    const { adapter, pool, schema } = await onServer({ pool: scratchPool({ max: 4 }) })
    const account = createConversationStore({ adapter }).forAccount('acme')
    await account.upsertConversation(lan)
    const client = await pool.connect()
    const own = createConversationStore({ adapter: postgres({ pool: client, schema }) }).forAccount('acme')
    await client.query('begin')
    await client.query(`create temporary table of_the_host on commit drop as select 1`)
    equal((await own.upsertConversation({ ...lan, nickname: 'Lan' })).outcome, 'updated')
    const locked = `select 1 from "${schema}".contact_inboxes for update nowait`
    await rejects(pool.query(locked), { code: '55P03' })
    await client.query('commit')
    client.release()
    await pool.query(locked)
  })

  test('an operation that waited for a change is marked with a time after it, and not with that of its call', async () => {
    const { adapter, pool, schema } = await onServer({ pool: scratchPool({ max: 4 }) })
    const account = createConversationStore({ adapter }).forAccount('acme')
    await account.upsertConversation(lan)
    const message = { ...lan, events: [{ type: 'message', messageId: 'm1', text: 'x' }] } as const
    for (const write of [
      () => account.upsertConversation({ ...lan, nickname: 'Lan' }),
      () => account.upsertConversationWithEvents(message),
      () => account.bulkUpsertConversationsWithEvents({ conversations: [{ ...lan, nickname: 'Lan Anh' }] }),
    ]) {
      const client = await pool.connect()
      await client.query('begin')
      await client.query(`select 1 from "${schema}".contact_inboxes for update`)
      await client.query(`update "${schema}".conversations set customer_username = nickname`)
      const writing = write()
      await waitingStatements(pool, schema)
      const { rows: held } = await client.query('select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as until')
      await client.query('commit')
      client.release()
      await writing
      const { rows } = await pool.query(
        `select (operations[array_length(operations, 1)] >> 3)::float8 as marked from "${schema}".conversations`,
      )
      ok(rows[0]?.marked >= held[0]?.until)
    }
  })

  test('a sweep takes the heads of its customers by id, as every other writer does', async () => {
    const { adapter, pool, schema } = await onServer({ pool: scratchPool({ max: 4 }) })
    const account = createConversationStore({ adapter }).forAccount('acme')
    // Zoe's contact inbox is older, so its id is the lesser one, and Anna's customer id is.
    for (const customerId of ['zoe', 'anna']) {
      const waits = { type: 'reaction', targetMessageId: 'never', emoji: '👍' } as const
      await account.upsertConversationWithEvents({ oaId: 'page', customerId, events: [waits] })
    }
    await pool.query(`update "${schema}".contact_interaction_events set created_at = now() - interval '40 days'`)
    const client = await pool.connect()
    await client.query('begin')
    await client.query(`select 1 from "${schema}".contact_inboxes where customer_id = 'zoe' for update`)
    const sweeping = account.sweep()
    await waitingStatements(pool, schema)
    const free = await pool.query(`select 1 from "${schema}".contact_inboxes where customer_id = 'anna' for update skip locked`)
    await client.query('commit')
    client.release()
    equal((await sweeping).expiredEvents, 2)
    equal(free.rowCount, 1)
  })
})

/** Reads the count after all other sessions have ended, because a session reports its deadlocks at its end. */
async function deadlocksOf(url: string): Promise<unknown> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const others = `select from pg_stat_activity where datname = current_database() and application_name = '' and pid <> pg_backend_pid() and state is not null and query like '%upsert%'`
  while ((await client.query(others)).rowCount !== 0);
  const { rows } = await client.query('select deadlocks::integer from pg_stat_database where datname = current_database()')
  await client.end()
  return rows[0]?.deadlocks
}

function ignoreConflict(error: unknown): void {
  if (!isConversationStoreError(error, 'VERSION_CONFLICT')) throw error
}
