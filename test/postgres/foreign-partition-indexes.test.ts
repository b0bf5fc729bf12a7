import { Pool } from 'pg'
import { describe, expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { diagnose } from '../../src/platform/postgres/diagnose.js'
import { isServerAbsent } from '../contract/server.js'
import { onPglite, onServer, recordStatements } from './scratch-schema.js'

const lan = { oaId: 'page', customerId: 'lan' }
const mai = { oaId: 'page', customerId: 'mai' }
const said = (messageId: string, text: string) => ({ events: [{ type: 'message', messageId, text } as const] })

describe.each([
  ['PGlite', false, onPglite],
  ['PostgreSQL', isServerAbsent('postgres'), onServer],
] as const)('a unique index that is not the store’s on a part of a table on %s', (_, isAbsent, open) => {
  const opened = async (options: { readonly tablePrefix?: string; readonly partitions?: number } = {}) => {
    const scratch = await open({ partitions: 2, ...options })
    const store = createConversationStore({ adapter: scratch.adapter })
    return {
      ...scratch,
      store,
      acme: store.forAccount('acme'),
      inSchema: (text: string) => scratch.query(text.replaceAll('$', `"${scratch.schema}".`)),
    }
  }
  const refusedBy = (index: string, table: unknown) => ({
    code: 'FOREIGN_UNIQUE_INDEX',
    details: { index, table },
    retryable: false,
    outcome: 'not_applied',
  })

  test.skipIf(isAbsent)('is told by checkSchema and by migrate, and what it refuses is told once', async () => {
    const { store, acme, inSchema } = await opened()
    expect(await store.checkSchema()).toMatchObject({ ok: true })
    for (const part of [0, 1]) await inSchema(`create unique index one_text_${part} on $messages_p${part} (text)`)
    const foreign = [0, 1].map((part) => `one_text_${part}, unique on messages_p${part} (text)`)
    expect(await store.checkSchema()).toMatchObject({ ok: false, missing: [], different: [], foreign })
    await inSchema(`delete from $conversation_store_migrations where name like '%functions%'`)
    expect(await store.migrate()).toMatchObject({ foreign })
    await acme.upsertConversationWithEvents({ ...lan, ...said('m1', 'Hello?') })
    const refused = refusedBy(expect.stringMatching(/^one_text_[01]$/) as never, expect.stringMatching(/^messages_p[01]$/))
    await expect(acme.upsertConversationWithEvents({ ...mai, ...said('m2', 'Hello?') })).rejects.toMatchObject(refused)
    const bulk = { conversations: [{ ...mai, ...said('m2', 'Hello?') }] }
    await expect(acme.bulkUpsertConversationsWithEvents(bulk)).rejects.toMatchObject(refused)
    expect(await inSchema('select message_id from $messages')).toEqual([{ message_id: 'm1' }])
  })

  test.skipIf(isAbsent)('is named where it stands, whichever share of it the server names', async () => {
    const { store, acme, inSchema } = await opened({ tablePrefix: 'cs_' })
    await inSchema('create unique index one_text on $cs_messages (account_id, text)')
    expect(await store.checkSchema()).toMatchObject({ foreign: ['one_text, unique on messages (account_id, text)'] })
    await acme.upsertConversationWithEvents({ ...lan, ...said('m1', 'Hello?') })
    const write = () => acme.upsertConversationWithEvents({ ...mai, ...said('m2', 'Hello?') })
    await expect(write()).rejects.toMatchObject(refusedBy('one_text', 'cs_messages'))
  })

  test.skipIf(isAbsent)('is found at any depth, and in another schema', async () => {
    const { store, acme, schema, inSchema } = await opened()
    await inSchema(`create schema "${schema}_parts"`)
    for (const part of [0, 1]) {
      await inSchema(`drop table $messages_p${part}`)
      const place = `for values with (modulus 2, remainder ${part}) partition by hash (account_id)`
      await inSchema(`create table $messages_p${part} partition of $messages ${place}`)
      const within = 'for values with (modulus 1, remainder 0)'
      await inSchema(`create table "${schema}_parts".deep_p${part} partition of $messages_p${part} ${within}`)
    }
    expect(await store.checkSchema()).toMatchObject({ ok: true })
    for (const part of [0, 1]) await inSchema(`create unique index middle_${part} on $messages_p${part} (account_id, text)`)
    for (const part of [0, 1]) await inSchema(`create unique index deep_${part} on "${schema}_parts".deep_p${part} (text, account_id)`)
    expect((await store.checkSchema()).foreign).toEqual([
      `deep_0, unique on ${schema}_parts.deep_p0 (text, account_id)`,
      `deep_1, unique on ${schema}_parts.deep_p1 (text, account_id)`,
      'middle_0, unique on messages_p0 (account_id, text)',
      'middle_1, unique on messages_p1 (account_id, text)',
    ])
    await acme.upsertConversationWithEvents({ ...lan, ...said('m1', 'Hello?') })
    const write = () => acme.upsertConversationWithEvents({ ...mai, ...said('m2', 'Hello?') })
    for (const part of [0, 1]) await inSchema(`drop index "${schema}_parts".deep_${part}`)
    const middle = refusedBy(expect.stringMatching(/^middle_[01]$/) as never, expect.stringMatching(/^messages_p[01]$/))
    await expect(write()).rejects.toMatchObject(middle)
    for (const part of [0, 1]) await inSchema(`drop index $middle_${part}`)
    for (const part of [0, 1]) await inSchema(`create unique index deep_${part} on "${schema}_parts".deep_p${part} (text, account_id)`)
    const deep = refusedBy(expect.stringMatching(/^deep_[01]$/) as never, expect.stringMatching(`^${schema}_parts.deep_p[01]$`))
    await expect(write()).rejects.toMatchObject(deep)
    await inSchema(`drop schema "${schema}_parts" cascade`)
  })

  test.skipIf(isAbsent)('is found on a table that inherits from one of the store’s', async () => {
    const scratch = await open()
    const { query, schema, adapter } = scratch
    const store = createConversationStore({ adapter })
    const acme = store.forAccount('acme')
    await query(`create table "${schema}".old_conversations () inherits ("${schema}".conversations)`)
    await query(`create unique index one_nickname on "${schema}".old_conversations (nickname)`)
    expect(await store.checkSchema()).toMatchObject({ foreign: ['one_nickname, unique on old_conversations (nickname)'] })
    for (const customer of [lan, mai]) await acme.upsertConversation({ ...customer, nickname: customer.customerId })
    await query(`with gone as (delete from only "${schema}".conversations returning *)
      insert into "${schema}".old_conversations select * from gone`)
    const refused = refusedBy('one_nickname', 'old_conversations')
    await expect(acme.updateNickname({ ...mai, nickname: 'lan' })).rejects.toMatchObject(refused)
  })

  test.skipIf(isAbsent)('is none if it has the key of one of the store’s, such as a share that is not attached yet', async () => {
    const { store, inSchema } = await opened()
    const [own] = await inSchema(`select pg_get_indexdef('$messages_pkey'::regclass) as text`)
    const ofPart = String(own?.text)
      .replace('messages_pkey', 'share')
      .replace(/ ON ONLY (\S+)messages /, ' ON $1messages_p0 ')
    await inSchema(ofPart)
    expect(await store.checkSchema()).toMatchObject({ ok: true })
  })
})

describe.skipIf(isServerAbsent('postgres'))('a write that such an index refuses', () => {
  const opened = async () => {
    const scratch = await onServer({ partitions: 2 })
    const store = createConversationStore({ adapter: scratch.adapter })
    for (const part of [0, 1]) await scratch.query(`create unique index one_text_${part} on "${scratch.schema}".messages_p${part} (text)`)
    const acme = store.forAccount('acme')
    await acme.upsertConversationWithEvents({ ...lan, ...said('m1', 'Hello?') })
    return { ...scratch, store, acme }
  }
  const refused = { code: 'FOREIGN_UNIQUE_INDEX', details: { index: expect.stringContaining('one_text_') } }

  test('is told in the host’s transaction, which goes on', async () => {
    const { store, pool } = await opened()
    const client = await pool.connect()
    try {
      await client.query('begin')
      const within = store.using(client).forAccount('acme')
      await expect(within.upsertConversationWithEvents({ ...mai, ...said('m2', 'Hello?') })).rejects.toMatchObject(refused)
      await within.upsertConversationWithEvents({ ...mai, ...said('m2', 'Hello!') })
      await client.query('commit')
    } finally {
      client.release()
    }
  })

  test('is told under a lease', async () => {
    const { acme } = await opened()
    const claim = await acme.acquireLease({ kind: 'sync', key: 'page', holder: 'a', ttlMs: 60_000 })
    if (!claim.acquired) throw new Error('nobody else has the lease')
    const { kind, key, token } = claim.lease
    const write = acme.upsertConversationWithEvents({ ...mai, ...said('m2', 'Hello?') }, { lease: { kind, key, token } })
    await expect(write).rejects.toMatchObject(refused)
  })

  test('asks the catalog once', async () => {
    const { acme, pool } = await opened()
    const sent = recordStatements(pool)
    await expect(acme.upsertConversationWithEvents({ ...mai, ...said('m2', 'Hello?') })).rejects.toMatchObject(refused)
    expect(sent.filter(({ text }) => text.includes('pg_inherits'))).toHaveLength(1)
  })

  test('is told by doctor before it is sent', async () => {
    const { pool, schema } = await opened()
    expect(pool).toBeInstanceOf(Pool)
    const found = (await diagnose(pool, schema)).find(({ check }) => check === 'unique indexes')
    expect(found).toEqual({
      check: 'unique indexes',
      state: 'problem',
      found: expect.stringContaining('one_text_0, unique on messages_p0 (text); one_text_1, unique on messages_p1 (text); drop them'),
    })
  })
})
