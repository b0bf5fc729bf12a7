import { describe, expect, test } from 'vitest'
import { mergeDuplicateConversations, swapUniqueIndex } from '../../src/adoption/index.js'
import { isConversationStoreError } from '../../src/model/errors.js'
import { scratchPool } from '../postgres/scratch-schema.js'
import { interferedPool } from './interfered.js'
import type { LegacyHost } from './legacy-host.js'
import { mongoHost } from './mongo-host.js'
import { pgliteHost, postgresHost } from './postgres-host.js'

const row = { accountId: 'acme', oaId: 'page', status: 'open' }
const indexName = 'one_text_each'

/** Two groups of doubles. In that of `x` two messages have one text, which the host lets a conversation have once. */
async function fill(host: LegacyHost): Promise<void> {
  await host.addConversations(
    ['x', 'y'].flatMap((customerId) => ['1', '2'].map((at) => ({ id: `${customerId}${at}`, customerId, ...row }))),
  )
  await host.addMessages([
    { id: 'm1', conversationId: 'x1', messageId: 'a', text: 'secret words' },
    { id: 'm2', conversationId: 'x2', messageId: 'b', text: 'secret words' },
    { id: 'm3', conversationId: 'x1', messageId: 'c', text: 'others' },
    { id: 'm4', conversationId: 'y1', messageId: 'd', text: 'others' },
  ])
}

const onPostgres =
  (open: typeof postgresHost | typeof pgliteHost, over = 'conversation_id, text', condition = '') =>
  async () => {
    const host = await open()
    const at = `"${host.schema}"`
    await host.query(`create unique index ${indexName} on ${at}.messages (${over}) ${condition}`)
    return {
      host,
      setText: async (id: string, text: string) => void (await host.query(`update ${at}.messages set text = $2 where id = $1`, [id, text])),
      list: async (query: string) => (await host.query(query)).length,
    }
  }

const onMongo = async () => {
  const host = await mongoHost()
  const messages = host.db.collection<{ _id: unknown }>('messages')
  await messages.createIndex({ conversation_id: 1, text: 1 }, { unique: true, name: indexName })
  return {
    host,
    setText: async (id: string, text: string) => void (await messages.updateOne({ _id: { $eq: id } as never }, { $set: { text } })),
    list: async (query: string) => {
      const stages = /^db\.getCollection\("messages"\)\.aggregate\((\[.*\]), \{ allowDiskUse: true \}\)$/s.exec(query)?.[1]
      const pipeline = JSON.parse(String(stages).replaceAll(/([{,] )([\w$]+): /g, '$1"$2": ')) as object[]
      return (await messages.aggregate(pipeline).toArray()).length
    },
  }
}

describe.each([
  ['MongoDB', onMongo],
  ['PostgreSQL', onPostgres(postgresHost)],
  ['PGlite', onPostgres(pgliteHost)],
  ['PostgreSQL, by an expression', onPostgres(postgresHost, 'lower(text), conversation_id', `where text <> 'none'`)],
  ['PostgreSQL, by a condition', onPostgres(postgresHost, 'text, conversation_id', `where text <> 'none'`)],
] as const)('a unique index of the host over its messages on %s', (_, open) => {
  const refused = {
    code: 'DUPLICATE_KEYS',
    retryable: false,
    details: { index: indexName, collection: 'messages', groups: [], during: 'merge' },
  }

  test('ends a merge with its name, with nothing lost, and the other groups merged', async () => {
    const { host, list, setText } = await open()
    await fill(host)
    const merge = mergeDuplicateConversations({ db: host.db, conversations: { ...host.where, status: 'status' } })
    const error: unknown = await merge.apply().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject(refused)
    if (!isConversationStoreError(error, 'DUPLICATE_KEYS')) return
    expect(error.message).toContain(indexName)
    expect(error.message).toContain('messages')
    expect(error.message).not.toContain('secret')
    expect(JSON.stringify(error)).not.toContain('secret')
    expect(error.details).toMatchObject({ totalGroups: 1, totalDocuments: 2 })
    expect(await list(error.details.query)).toBe(1)
    expect((await host.conversations()).map(({ id }) => id)).toEqual(['x1', 'x2', 'y2'])
    expect(await host.messages()).toMatchObject([
      { id: 'm1', conversationId: 'x1' },
      { id: 'm2', conversationId: 'x2' },
      { id: 'm3', conversationId: 'x1' },
      { id: 'm4', conversationId: 'y2' },
    ])
    await setText('m1', 'other words')
    expect(await merge.apply()).toMatchObject({ groups: 1, losers: 1, movedMessages: 2 })
    expect(await merge.verify()).toMatchObject({ ok: true })
  })

  test('ends a swap that merges, while no further double can come', async () => {
    const { host, setText } = await open()
    await fill(host)
    const swap = swapUniqueIndex({ db: host.db, conversations: { ...host.where, status: 'status' }, merge: {} })
    await expect(swap.apply()).rejects.toMatchObject(refused)
    await expect(host.addConversations([{ id: 'x3', customerId: 'x', ...row }])).rejects.toThrow(/duplicate key/)
    await setText('m1', 'other words')
    expect(await swap.apply()).toMatchObject({ ok: true })
  })

  test('ends the run that moves late messages, which stay where they are', async () => {
    const { host, setText } = await open()
    await fill(host)
    await setText('m1', 'other words')
    const merge = mergeDuplicateConversations({ db: host.db, conversations: { ...host.where, status: 'status' } })
    await merge.apply()
    await host.addMessages([{ id: 'm5', conversationId: 'x1', messageId: 'e', text: 'secret words' }])
    await expect(merge.apply()).rejects.toMatchObject(refused)
    expect(await host.messages()).toContainEqual({ id: 'm5', conversationId: 'x1', messageId: 'e' })
    await setText('m5', 'more words')
    expect(await merge.apply()).toMatchObject({ lateMessages: 1 })
  })
})

test('a bug that is planted in the refusal of a merge is found: the index is looked for among those of no table', async () => {
  const { host } = await onPostgres(postgresHost)()
  await fill(host)
  const db = interferedPool(scratchPool(), {
    plant: (text) => text.replaceAll('= pg_catalog.to_regclass($2::text)', 'is distinct from $2::text::regclass'),
  })
  const merge = mergeDuplicateConversations({ db, conversations: { ...host.where, status: 'status' } })
  await expect(merge.apply()).rejects.toMatchObject({ code: '23505' })
})
