import fc from 'fast-check'
import { type Db, Decimal128, Double, Int32, Long, MaxKey, MinKey, MongoBulkWriteError } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { backfillAccountIds, importConversations, mergeDuplicateConversations } from '../../src/adoption/index.js'
import { createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
import { isServerAbsent } from '../contract/server.js'
import { anyId } from './ids-of-every-type.js'
import { mongoHost } from './mongo-host.js'

const numRuns = 25
const pace = fc.integer({ min: 1, max: 4 }).map((size) => ({ first: size, least: size, most: size }))
const ids = fc.array(anyId, { minLength: 1, maxLength: 14 })

type Rows = readonly Record<string, unknown>[]

/** Inserts the documents whose ids are free, each with its number, and returns how many there are. */
async function filled(db: Db, name: string, some: readonly unknown[], rest: (at: number) => Record<string, unknown>): Promise<number> {
  await db.collection(name).deleteMany({})
  const rows = some.map((_id, at) => new Map(Object.entries({ _id, at, ...rest(at) })))
  await db
    .collection(name)
    .insertMany(rows as never[], { ordered: false, forceServerObjectId: true })
    .catch((error: unknown) => {
      if (!(error instanceof MongoBulkWriteError) || error.code !== 11000) throw error
    })
  return db.collection(name).countDocuments()
}

const numbers = async (db: Db, name: string, field = 'at') =>
  ((await db.collection(name).find().toArray()) as Rows).map((row) =>
    Number(field.split('.').reduce<unknown>((value, part) => Reflect.get(Object(value), part), row)),
  )

/** Every byte of a collection, by the numbers of its documents. */
async function whole(db: Db, name: string): Promise<readonly string[]> {
  const found = await db
    .collection(name)
    .find({}, { raw: true, sort: { at: 1 } })
    .toArray()
  return found.map((bytes) => Buffer.from(bytes as unknown as Uint8Array).toString('hex'))
}

async function begun() {
  const { db } = await mongoHost()
  await db.collection('integrations').insertOne({ oa_id: 'page', accountId: 'acme' })
  const forget = async () => {
    const own = (await db.listCollections().toArray()).map(({ name }) => name).filter((name) => name.startsWith('conversation_store'))
    for (const name of own) await db.collection(name).deleteMany({})
  }
  return { db, forget }
}

describe.skipIf(isServerAbsent('mongoReplicaSet'))('on documents with ids of every type', () => {
  test('a backfill goes over each once, and its quarantine comes back to the last byte', { timeout: 120_000 }, async () => {
    const { db, forget } = await begun()
    await fc.assert(
      fc.asyncProperty(ids, pace, async (some, pages) => {
        await forget()
        const count = await filled(db, 'conversations', some, (at) => ({ oa_id: at % 3 === 0 ? 'gone' : 'page' }))
        const orphans = (await numbers(db, 'conversations')).filter((at) => at % 3 === 0).length
        const before = await whole(db, 'conversations')
        const quarantine = backfillAccountIds({ db, pace: pages, orphans: { policy: 'quarantine' } })
        expect(await quarantine.apply()).toMatchObject({ updated: count - orphans, quarantined: orphans, keptAsSet: 0 })
        expect(await quarantine.revert()).toEqual({ restored: orphans, left: 0 })
        await db.collection('conversations').updateMany({}, { $unset: { accountId: 1 } })
        expect(await whole(db, 'conversations')).toEqual(before)
      }),
      { numRuns },
    )
  })

  test('a merge keeps each message once, and comes back to the last byte', { timeout: 120_000 }, async () => {
    const { db, forget } = await begun()
    await fc.assert(
      fc.asyncProperty(ids, ids, async (some, said) => {
        await forget()
        await filled(db, 'conversations', some, (at) => ({ accountId: 'acme', oa_id: 'page', customer_id: `c${at % 2}`, status: 'open' }))
        await filled(db, 'messages', said, (at) => ({ conversation_id: some[at % some.length], message_id: `m${at % 4}` }))
        const before = [await whole(db, 'conversations'), await whole(db, 'messages')]
        const all = await numbers(db, 'messages')
        const merge = mergeDuplicateConversations({ db, conversations: { status: 'status' } })
        await merge.apply()
        expect(await merge.verify()).toEqual({ ok: true, groups: 0, strandedMessages: 0 })
        const archived = (await db.collection('conversation_store_archive').find({ reason: 'double message' }).toArray()) as Rows
        const kept = [...(await numbers(db, 'messages')), ...archived.map(({ document }) => Number(Reflect.get(Object(document), 'at')))]
        expect(kept.sort()).toEqual(all.sort())
        await merge.revert()
        expect([await whole(db, 'conversations'), await whole(db, 'messages')]).toEqual(before)
      }),
      { numRuns },
    )
  })

  test('an import brings each message once, and its check finds all of them', { timeout: 120_000 }, async () => {
    const { db, forget } = await begun()
    await fc.assert(
      // A message that names null names no conversation, and no host names one by the least or the greatest value.
      fc.asyncProperty(ids, ids, pace, async (any, said, pages) => {
        await forget()
        const some = any.map((id) => (id === null || id instanceof MinKey || id instanceof MaxKey ? 'none' : id))
        const count = await filled(db, 'conversations', some, (at) => ({ oa_id: 'page', customer_id: at % 5 === 4 ? '' : `c${at % 4}` }))
        const given = await numbers(db, 'conversations')
        const customers = new Set(given.filter((at) => at % 5 !== 4).map((at) => at % 4)).size
        // The last of them name a conversation that is not there.
        const of = (at: number) => (at % 6 === 5 ? 'gone' : some[given[at % given.length] ?? 0])
        const messages = await filled(db, 'messages', said, (at) => ({ conversation_id: of(at), created_at: new Date(at), text: `${at}` }))
        const store = createConversationStore({ adapter: memory() })
        await store.migrate()
        const imported = importConversations({ db, store, account: 'acme', pace: pages })
        const { conversations, messages: stored, known, rejected } = await imported.apply()
        expect({ conversations, known }).toEqual({ conversations: customers, known: 0 })
        const lost = given.filter((at) => at % 5 === 4)
        expect(rejected.conversations).toBe(lost.length)
        expect(stored + rejected.messages).toBe(messages)
        const strays = (await numbers(db, 'messages')).filter((at) => at % 6 === 5 || lost.includes(given[at % given.length] ?? 0))
        expect(rejected.messages).toBe(strays.length)
        const { ok, problems } = await imported.verify()
        expect({ ok, problems, count: await db.collection('conversations').countDocuments() }).toEqual({ ok: true, problems: [], count })
        expect(await imported.apply()).toMatchObject({ conversations: 0, messages: 0, known: stored })
      }),
      { numRuns },
    )
  })

  test('a number is the same inbox whatever type of number it is', async () => {
    const { db } = await begun()
    const numbersOfOne = [new Int32(7), new Double(7), Long.fromNumber(7), Decimal128.fromString('7.0')]
    await db.collection('integrations').insertMany([
      { oa_id: new Double(7), accountId: 'beta' },
      { oa_id: new Int32(8), accountId: new Int32(1) },
      { oa_id: new Int32(8), accountId: new Double(1) },
    ])
    await db.collection('conversations').insertMany([...numbersOfOne.map((oa_id) => ({ oa_id })), { oa_id: new Double(8) }])
    expect(await backfillAccountIds({ db }).apply()).toMatchObject({ updated: 5 })
    expect(await db.collection('conversations').countDocuments({ accountId: 'beta' })).toBe(4)
  })
})
