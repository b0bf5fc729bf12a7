import { equal } from 'node:assert/strict'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { ContractBackend } from '../../src/contract/index.js'
import { createConversationStore } from '../../src/index.js'
import type { ConversationOperations, UpsertItem } from '../../src/store/adapter.js'
import { type AgeMarks, ageInMemory, ageInMongo, ageInPostgres, markCount } from './aged-marks.js'
import { memoryBackend } from './memory.js'
import { mongoBackend } from './mongo-backend.js'
import { pgliteBackend } from './pglite.js'
import { postgresBackend } from './postgres-backend.js'
import { present } from './present.js'
import { isServerAbsent, serverUrl } from './server.js'

interface Opened {
  readonly backend: ContractBackend
  readonly age: AgeMarks
}

const onMongo = (isReplicaSet: boolean) => async (): Promise<Opened> => {
  const url = serverUrl(isReplicaSet ? 'mongoReplicaSet' : 'mongoStandalone')
  const backend = await mongoBackend({ name: 'mongo', url, isReplicaSet })
  return { backend, age: ageInMongo(backend.db) }
}
const backends: readonly (readonly [string, boolean, () => Promise<Opened>])[] = [
  ['memory', false, async () => ({ backend: memoryBackend(), age: ageInMemory })],
  [
    'PGlite',
    false,
    async () => {
      const backend = await pgliteBackend()
      const [row] = await backend.query("select pronamespace::regnamespace::text as schema from pg_proc where proname = 'new_row_id'")
      return { backend, age: ageInPostgres(backend.query, String(present(row).schema)) }
    },
  ],
  [
    'PostgreSQL',
    isServerAbsent('postgres'),
    async () => {
      const backend = await postgresBackend({ name: 'postgres', url: serverUrl('postgres') })
      return { backend, age: ageInPostgres(backend.query, backend.schema) }
    },
  ],
  ['MongoDB', isServerAbsent('mongoReplicaSet'), onMongo(true)],
  ['a standalone MongoDB', isServerAbsent('mongoStandalone'), onMongo(false)],
]

const minute = 66_000
let accounts = 0

describe.each(backends)('what %s remembers of operations', (_, isAbsent, open) => {
  let opened: Opened | undefined
  beforeAll(async () => {
    if (!isAbsent) opened = await open()
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  afterAll(() => opened?.backend.close())

  /** A customer of an account of its own, and the port with which a call can be sent again. */
  async function room() {
    const { backend, age } = present(opened)
    const accountId = `acme ${++accounts}`
    const customer = { oaId: 'page', customerId: 'lan' }
    const adapter = backend.createAdapter()
    const account = createConversationStore({ adapter }).forAccount(accountId)
    await account.upsertConversation(customer)
    const call = (operationId: string, sentBefore: number | null) => ({
      accountId,
      operationId,
      now: null,
      firstSentAt: sentBefore === null ? null : performance.now() - sentBefore,
    })
    const operations: ConversationOperations = adapter.operations
    return { backend, age, accountId, account, customer, call, operations }
  }
  type Room = Awaited<ReturnType<typeof room>>
  type Send = (room: Room, name: string, operationId: string, sentBefore: number | null) => Promise<unknown>

  const nicknameByUpdate: Send = ({ operations, customer, call }, name, operationId, sentBefore) =>
    operations.updateConversation({
      ...call(operationId, sentBefore),
      target: customer,
      expectedVersion: null,
      patch: { nickname: name },
    })
  const nicknameByUpsert: Send = async ({ operations, customer, call }, name, operationId, sentBefore) => {
    const ids = { conversation: `${operationId} c`, contact: `${operationId} p`, contactInbox: `${operationId} i`, identities: [] }
    const item: UpsertItem = {
      ...customer,
      operationId,
      ids,
      identities: [],
      patch: { nickname: name },
      channel: null,
      expectedVersion: null,
      onClosed: null,
      defaultOnClosed: 'new',
      historyOpens: 'open',
      markUnread: false,
      usernameKey: null,
      events: [],
    }
    const [result] = await operations.upsertConversations({ ...call(operationId, sentBefore), atomic: false, items: [item] })
    if (result?.ok === false) throw Object.assign(new Error('the item failed'), { code: result.failure.code })
    return result
  }
  const nameOfContact: Send = ({ operations, customer, call }, name, operationId, sentBefore) =>
    operations.updateContact({ ...call(operationId, sentBefore), ...customer, patch: { name } })
  const ways = { updateConversation: nicknameByUpdate, upsertConversations: nicknameByUpsert, updateContact: nameOfContact }

  async function nameOf({ account, customer }: Room, way: keyof typeof ways): Promise<string | null | undefined> {
    return way === 'updateContact' ? (await account.findContact(customer))?.name : (await account.findByOaAndCustomer(customer))?.nickname
  }

  test.skipIf(isAbsent).each(Object.keys(ways) as (keyof typeof ways)[])(
    'is unknown of a %s that is sent again later than that',
    async (way) => {
      const it = await room()
      await ways[way](it, 'OLD', 'old', null)
      for (let n = 1; n <= 20; n += 1) await ways[way](it, `young ${n}`, `young ${n}`, null)
      await it.age(minute)
      await expect(ways[way](it, 'OLD', 'old', minute + 5_000)).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' })
      await ways[way](it, 'a later one', 'later', null)
      await expect(ways[way](it, 'OLD', 'old', 3_600_000)).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' })
      equal(await nameOf(it, way), 'a later one')
    },
  )

  test.skipIf(isAbsent).each(Object.keys(ways) as (keyof typeof ways)[])('is known of a %s until the next write drops it', async (way) => {
    const it = await room()
    await ways[way](it, 'OLD', 'old', null)
    await it.age(minute)
    await ways[way](it, 'OLD', 'old', minute + 5_000)
    await ways[way](it, 'young', 'young', null)
    await expect(ways[way](it, 'OLD', 'old', minute + 5_000)).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' })
    equal(await nameOf(it, way), 'young')
    // Its first sending lies after all that was dropped, so that it was certainly not applied.
    await ways[way](it, 'lost on the way', 'lost', 0)
    equal(await nameOf(it, way), 'lost on the way')
  })

  test.skipIf(isAbsent)('is unknown of a call by customer whose conversation was closed since, with another one beside it', async () => {
    const it = await room()
    await nicknameByUpdate(it, 'OLD', 'old', null)
    await it.account.closeConversation(it.customer)
    const [closed] = await it.backend.raw.conversations(it.accountId)
    await it.account.upsertConversation({ ...it.customer, onClosed: 'new' })
    await it.age(minute)
    // The closed conversation drops what it remembers of the call.
    await it.account.updateConversation({ conversationId: String(present(closed).id), nickname: 'closed' })
    await expect(nicknameByUpdate(it, 'OLD', 'old', minute + 5_000)).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' })
    await expect(nicknameByUpsert(it, 'OLD', 'old', minute + 5_000)).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' })
    equal(await nameOf(it, 'updateConversation'), null)
  })

  test.skipIf(isAbsent)('is no more than what may be sent again', async () => {
    const it = await room()
    const stored = async () => markCount(present((await it.backend.raw.conversations(it.accountId))[0]).operations)
    for (let n = 1; n <= 40; n += 1) await nicknameByUpdate(it, `${n}`, `${n}`, null)
    equal(await stored(), 16)
    await it.age(minute)
    await nicknameByUpdate(it, 'after a rest', 'after a rest', null)
    equal(await stored(), 1)
    for (let n = 1; n <= 12; n += 1) {
      await it.age(minute / 3)
      await nicknameByUpsert(it, `slowly ${n}`, `slowly ${n}`, null)
    }
    equal(await stored(), 3)
  })
})
