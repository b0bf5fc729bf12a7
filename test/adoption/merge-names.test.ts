import { describe, expect, test } from 'vitest'
import { type ConversationsTable, mergeDuplicateConversations } from '../../src/adoption/index.js'
import type { LegacyConversation, LegacyHost } from './legacy-host.js'
import { mongoHost } from './mongo-host.js'
import { pgliteHost, postgresHost } from './postgres-host.js'

/** A host whose conversations have the name of the customer. */
interface NamedHost extends LegacyHost {
  rename(id: string, name: string | null): Promise<void>
  /** The conversations with all of their fields. */
  all(): Promise<readonly unknown[]>
  names(): Promise<Readonly<Record<string, unknown>>>
}

const onMongo = (field: string) => async (): Promise<NamedHost> => {
  const host = await mongoHost()
  const conversations = host.db.collection<{ _id: string; [field: string]: unknown }>('conversations')
  const all = () => conversations.find().sort({ _id: 1 }).toArray()
  return {
    ...host,
    all,
    async rename(id, name) {
      await conversations.updateOne({ _id: id }, { $set: { [field]: name } })
    },
    async names() {
      return Object.fromEntries((await all()).map((each) => [each._id, each[field] ?? null]))
    },
  }
}

const onSql = (open: typeof pgliteHost | typeof postgresHost, column: string) => async (): Promise<NamedHost> => {
  const host = await open()
  const at = `"${host.schema}".conversations`
  await host.query(`alter table ${at} add column "${column}" varchar(40)`)
  return {
    ...host,
    all: () => host.query(`select row_to_json(c)::text as row from ${at} c order by id`),
    async rename(id, name) {
      await host.query(`update ${at} set "${column}" = $2 where id = $1`, [id, name])
    },
    async names() {
      return Object.fromEntries(
        (await host.query(`select id, "${column}" as name from ${at} order by id`)).map(({ id, name }) => [id, name]),
      )
    },
  }
}

const x = { accountId: 'acme', oaId: 'page', customerId: 'x', status: 'open' }
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))
const doubles: readonly LegacyConversation[] = [
  { id: 'c1', ...x, lastMessageAt: at(1) },
  { id: 'c2', ...x, lastMessageAt: at(5) },
  { id: 'c3', ...x, lastMessageAt: at(3) },
  { id: 'c4', ...x, lastMessageAt: at(9) },
  { id: 'd1', ...x, customerId: 'y', lastMessageAt: at(9) },
]

describe.each([
  ['MongoDB', 'sender_name', onMongo('sender_name')],
  ['PostgreSQL', 'sender_name', onSql(postgresHost, 'sender_name')],
  ['PGlite', 'sender_name', onSql(pgliteHost, 'sender_name')],
  ['MongoDB', 'Full Name', onMongo('Full Name')],
  ['PostgreSQL', 'Full Name', onSql(postgresHost, 'Full Name')],
] as const)('the name of a customer in a merge on %s, as %s', (_, field, open) => {
  const helper = (host: NamedHost, more: ConversationsTable = { activityAt: 'last_message_at' }) =>
    mergeDuplicateConversations({
      db: host.db,
      conversations: { ...host.where, status: 'status', ...(field === 'sender_name' ? {} : { customerName: field }), ...more },
    })

  test('comes from the double that was active last of those that have one, and goes with it again', async () => {
    const host = await open()
    await host.addConversations(doubles)
    for (const [id, name] of [
      ['c1', 'Lan of old'],
      ['c3', 'Lan'],
      ['c4', null],
      ['d1', 'Hoa'],
    ] as const)
      await host.rename(id, name)
    const before = await host.all()
    for (let time = 0; time < 2; time++) {
      expect(await helper(host).apply()).toMatchObject({ losers: 3 })
      expect(await host.names()).toEqual({ c4: 'Lan', d1: 'Hoa' })
      expect(await helper(host).revert()).toMatchObject({ restored: 3 })
      expect(await host.all()).toEqual(before)
    }
  })

  test('comes from the double with the greatest id where no field of the activity is named', async () => {
    const host = await open()
    await host.addConversations(doubles)
    for (const id of ['c1', 'c2', 'c3']) await host.rename(id, `name of ${id}`)
    const before = await host.all()
    await helper(host, {}).apply()
    expect(await host.names()).toMatchObject({ c4: 'name of c3' })
    await helper(host, {}).revert()
    expect(await host.all()).toEqual(before)
  })

  test('stays if the one that is kept has one, and if somebody changes it since', async () => {
    const host = await open()
    await host.addConversations(doubles)
    await host.rename('c1', 'Lan')
    await host.rename('c4', 'Mai')
    await helper(host).apply()
    expect(await host.names()).toMatchObject({ c4: 'Mai' })
    await helper(host).revert()
    expect(await host.names()).toEqual({ c1: 'Lan', c2: null, c3: null, c4: 'Mai', d1: null })
    await host.rename('c4', null)
    await helper(host).apply()
    expect(await host.names()).toMatchObject({ c4: 'Lan' })
    await host.rename('c4', 'Lan Nguyen')
    await helper(host).revert()
    expect(await host.names()).toEqual({ c1: 'Lan', c2: null, c3: null, c4: 'Lan Nguyen', d1: null })
  })

  test('goes on to the one that is kept of a later merge, and all of it back', async () => {
    const host = await open()
    await host.addConversations(doubles)
    await host.rename('c1', 'Lan')
    const before = await host.all()
    await helper(host).apply()
    await host.addConversations([{ id: 'c5', ...x, lastMessageAt: at(20) }])
    await helper(host).apply()
    expect(await host.names()).toEqual({ c5: 'Lan', d1: null })
    await helper(host).revert()
    expect(await host.names()).toMatchObject({ c1: 'Lan', c4: null, c5: null })
    expect(await host.all()).toEqual(expect.arrayContaining([...before]))
  })
})

test('a column of the name that is not there is refused if it was named, and one that the server makes is left alone', async () => {
  const host = await postgresHost()
  const conversations = { ...host.where, status: 'status', activityAt: 'last_message_at' }
  const named = mergeDuplicateConversations({ db: host.db, conversations: { ...conversations, customerName: 'full_name' } })
  for (const step of ['plan', 'apply', 'verify', 'revert'] as const)
    await expect(named[step]()).rejects.toMatchObject({ code: 'VALIDATION_FAILED', message: expect.stringContaining('full_name') })
  await host.addConversations(doubles)
  await host.query(
    `alter table "${host.schema}".conversations add column sender_name text generated always as (case id when 'c1' then 'Lan' end) stored`,
  )
  expect(await mergeDuplicateConversations({ db: host.db, conversations }).apply()).toMatchObject({ losers: 3 })
})
