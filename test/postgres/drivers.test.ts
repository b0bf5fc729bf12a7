import { PGlite } from '@electric-sql/pglite'
import pg, { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { postgres } from '../../src/postgres/index.js'
import { latestSchema } from '../../src/postgres/schema/steps.js'
import { newSchemaName, onPglite, onServer, postgresUrl, recordStatements, scratchPool } from './scratch-schema.js'
import { seedConversation, stamp } from './seed.js'

const write = (conversationId: string) => ({ ...stamp(), target: { conversationId }, expectedVersion: null })

describe('statements', () => {
  test('every call is one named statement, whatever it answers', async () => {
    const scratch = await onServer()
    const { operations } = scratch.adapter
    const { id } = await seedConversation(scratch, { customerId: 'lan', messages: ['inbound', 'inbound'] })
    const sent = recordStatements(scratch.pool)
    const scoped = { accountId: 'acme', signal: null }
    const customer = { oaId: 'page', customerId: 'lan' }
    const calls: readonly (() => Promise<unknown>)[] = [
      () => operations.updateConversation({ ...write(id), patch: { nickname: 'a', customerName: 'b' } }),
      () => operations.updateConversation({ ...write(id), patch: { nickname: 'a' } }),
      () => operations.updateConversation({ ...write(id), expectedVersion: 9, patch: { nickname: 'c' } }),
      () => operations.updateConversation({ ...write('none'), patch: { nickname: 'c' } }),
      () => operations.markRead({ ...write(id), seq: 1, upToTime: null }),
      () => operations.markRead({ ...write(id), target: customer, seq: null, upToTime: null }),
      () => operations.markRead({ ...write(id), seq: 2, upToTime: null }),
      () => operations.snoozeConversation({ ...write(id), until: new Date('2026-01-01') }),
      () => operations.wakeDue({ ...stamp(), limit: 5 }),
      () => operations.closeConversation({ ...write(id), target: customer }),
      () => operations.closeConversation(write(id)),
      () => operations.reopenConversation({ ...write(id), target: customer }),
      () => operations.findConversation({ ...scoped, conversationId: id }),
      () => operations.findByOaAndCustomer({ ...scoped, ...customer, status: 'active' }),
      () => operations.listMessages({ ...scoped, conversationId: id, by: 'seq', afterSeq: 0, order: 'newest', limit: 1, after: null }),
      () => operations.listEvents({ ...scoped, conversationId: id, limit: 1, after: null }),
      () => operations.findContact({ ...scoped, ...customer }),
      () => operations.updateContact({ ...stamp(), ...customer, patch: { name: 'c' } }),
      () => operations.connectInbox({ ...stamp(), inboxId: 'i', oaId: 'page', channel: 'api', patch: {} }),
      () => operations.disconnectInbox({ ...stamp(), oaId: 'page' }),
    ]
    for (const [index, call] of calls.entries()) {
      await call().catch(() => {})
      expect(sent).toHaveLength(index + 1)
    }
    const names = sent.map(({ name }) => name ?? '')
    expect(names.every((name) => Buffer.byteLength(name) <= 63 && name.startsWith('conversation_store_'))).toBe(true)
    // A text always has the same name, and two texts never share a name.
    expect(new Set(names).size).toBe(new Set(sent.map(({ text }) => text)).size)
  })

  test('two stores on one connection keep their statements apart', async () => {
    const pool = scratchPool({ max: 1 })
    const a = await onServer({ pool, tablePrefix: 'a_' })
    const b = await onServer({ pool, schema: a.schema, tablePrefix: 'b_' })
    const seeded = {
      ...a,
      query: (text: string, values?: unknown[]) => a.query(text.replaceAll(`"${a.schema}".`, `"${a.schema}".a_`), values),
    }
    const { id } = await seedConversation(seeded, { customerId: 'lan' })
    const find = { accountId: 'acme', conversationId: id, signal: null }
    expect(await a.adapter.operations.findConversation(find)).toMatchObject({ id })
    expect(await b.adapter.operations.findConversation(find)).toBeNull()
  })

  test('without prepared statements none is named', async () => {
    const scratch = await onServer({ preparedStatements: false })
    const sent = recordStatements(scratch.pool)
    await scratch.adapter.operations.findConversation({ accountId: 'acme', conversationId: 'x', signal: null })
    expect(sent).toHaveLength(1)
    expect(sent[0]?.name).toBeUndefined()
  })

  test('a statement that the connection no longer keeps is answered with what to set', async () => {
    const scratch = await onServer({ pool: scratchPool({ max: 1 }) })
    const find = () => scratch.adapter.operations.findConversation({ accountId: 'acme', conversationId: 'x', signal: null })
    await find()
    await scratch.query('deallocate all')
    await expect(find()).rejects.toMatchObject({ code: 'UNSUPPORTED', message: expect.stringContaining('preparedStatements: false') })
  })
})

describe("the host's settings", () => {
  const until = new Date('2031-12-31T23:59:59.999Z')
  test.each([
    ['dates in German, a time zone with seconds', "set datestyle = 'German, DMY'; set timezone = 'Africa/Monrovia'"],
    ['a search path to nowhere', 'set search_path = nowhere; set jit = on; set plan_cache_mode = force_custom_plan'],
    ['old strings', 'set standard_conforming_strings = off; set backslash_quote = on'],
    ['short floats', 'set extra_float_digits = -15; set intervalstyle = sql_standard; set bytea_output = escape'],
  ])('%s change nothing', async (_, settings) => {
    const pool = scratchPool({ max: 1 })
    const scratch = await onServer({ pool })
    const createdAt = new Date('1905-06-07T08:09:10.011Z')
    const { id } = await seedConversation(scratch, { customerId: 'lan', createdAt, messages: ['inbound'] })
    await pool.query(settings)
    const { operations } = scratch.adapter
    expect(await operations.snoozeConversation({ ...write(id), until })).toMatchObject({ conversation: { snoozedUntil: until, createdAt } })
    expect(await operations.updateConversation({ ...write(id), patch: { nickname: "a\\'b", metadata: { 'k\\"': "'\\" } } })).toMatchObject({
      conversation: { nickname: "a\\'b", metadata: { 'k\\"': "'\\" } },
    })
    expect(await operations.markRead({ ...write(id), seq: 1, upToTime: null })).toMatchObject({ conversation: { createdAt, readSeq: 1 } })
    expect(await operations.findConversation({ accountId: 'acme', conversationId: id, signal: null })).toMatchObject({
      snoozedUntil: until,
      createdAt,
    })
    expect(await scratch.adapter.checkSchema()).toMatchObject({ ok: true })
  })

  test('parsers that the host gave pg for all its queries change nothing', async () => {
    const scratch = await onServer()
    const { id } = await seedConversation(scratch, { customerId: 'lan' })
    const before = await scratch.adapter.operations.findConversation({ accountId: 'acme', conversationId: id, signal: null })
    const oids = [16, 20, 23, 25, 114, 1184, 3802]
    const parsers = oids.map((oid) => pg.types.getTypeParser(oid))
    for (const oid of oids) pg.types.setTypeParser(oid, () => 'not what you expect')
    try {
      expect(await scratch.adapter.operations.findConversation({ accountId: 'acme', conversationId: id, signal: null })).toEqual(before)
      expect(await scratch.adapter.migrate()).toEqual({ applied: [], schema: latestSchema })
    } finally {
      for (const [index, oid] of oids.entries()) pg.types.setTypeParser(oid, parsers[index] as (text: string) => unknown)
    }
  })

  test('parsers and serializers that the host gave PGlite change nothing', async () => {
    const odd = Object.fromEntries([16, 20, 23, 25, 114, 1184, 3802].map((oid) => [oid, () => 'not what you expect']))
    const pglite = new PGlite({ parsers: odd, serializers: odd })
    const adapter = postgres({ pool: pglite })
    await adapter.migrate()
    const inbox = {
      ...stamp(),
      inboxId: 'i',
      oaId: 'page',
      channel: 'api',
      patch: { metadata: { a: 1 } },
      now: new Date('2026-01-01T00:00:00.001Z'),
    }
    expect(await adapter.operations.connectInbox(inbox)).toMatchObject({ id: 'i', metadata: { a: 1 }, connectedAt: inbox.now })
    await pglite.close()
    await expect(adapter.operations.findInboxOwner({ channel: 'api', oaId: 'page', signal: null })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    })
  })

  test.each(['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])('the time %s is kept', async (time) => {
    const scratch = await onPglite()
    const { id } = await seedConversation(scratch, { customerId: 'lan' })
    const until = new Date(time)
    expect(await scratch.adapter.operations.snoozeConversation({ ...write(id), until })).toMatchObject({
      conversation: { snoozedUntil: until },
    })
  })
})

describe('what is given as pool', () => {
  test('a single client serves, also for calls at once', async () => {
    const client = new Client({ connectionString: postgresUrl() })
    await client.connect()
    const adapter = postgres({ pool: client, schema: newSchemaName() })
    await adapter.migrate()
    const found = await Promise.all(
      [1, 2, 3].map(() => adapter.operations.countConversations({ ...everything, accountId: 'acme', signal: null })),
    )
    expect(found).toEqual([0, 0, 0])
    await client.end()
  })

  test.each([[null], ['postgres://localhost'], [{}], [{ query: () => {} }]])('%j is refused before anything is sent', (pool) => {
    expect(() => postgres({ pool: pool as never })).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }))
  })
})

const everything = { statuses: null, oaId: null, customerId: null, contactId: null, chatbotId: null, unread: null, updatedSince: null }

describe('names', () => {
  test.each([`a"b'c;drop table x--$1 %s \\ /*`, 'ünïcödé 消息', 'select', 'x'.repeat(63), ' '])(
    'the schema %j works, and harms nothing',
    async (schema) => {
      const scratch = await onServer({ schema, tablePrefix: schema.slice(0, 4) })
      expect(await scratch.adapter.checkSchema()).toMatchObject({ ok: true })
      const inbox = { ...stamp(), inboxId: 'i', oaId: 'page', channel: 'api', patch: {} }
      expect(await scratch.adapter.operations.connectInbox(inbox)).toMatchObject({ id: 'i' })
      expect(await scratch.adapter.operations.markRead({ ...write('none'), seq: 1, upToTime: null }).catch((error) => error.code)).toBe(
        'NOT_FOUND',
      )
    },
  )

  test.each([
    ['schema', ''],
    ['schema', 'x'.repeat(64)],
    ['schema', '消'.repeat(22)],
    ['schema', 'a\u0000b'],
    ['schema', 'a\ud800'],
    ['schema', '$fn$; drop schema public; $fn$'],
    ['schema', 5],
    ['tablePrefix', 'x'.repeat(19)],
    ['tablePrefix', 7],
    ['partitions', 1],
    ['partitions', '8'],
  ])('the %s %j is refused before anything is sent', (option, value) => {
    expect(() => postgres({ pool: scratchPool(), [option]: value })).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }))
  })
})

describe('what is no driver', () => {
  test('options that were left out are refused', () => {
    expect(() => Reflect.apply(postgres, undefined, [])).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }))
  })

  test('a client that was never connected is named, where a query would wait for ever', async () => {
    const adapter = postgres({ pool: new Client({ connectionString: 'postgres://127.0.0.1:1/none' }) })
    const refused = { code: 'VALIDATION_FAILED', details: { issues: [{ path: 'pool', message: expect.stringContaining('connect()') }] } }
    await expect(adapter.operations.findConversation({ accountId: 'a', signal: null, conversationId: 'c' })).rejects.toMatchObject(refused)
    await expect(adapter.migrate()).rejects.toMatchObject(refused)
  })
})
