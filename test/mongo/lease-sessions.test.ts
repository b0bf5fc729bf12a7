import { EventEmitter, once } from 'node:events'
import type { ClientSession } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { type AccountConversations, createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, openDatabase, type TestDatabase } from './database.js'

const lease = { kind: 'sync', key: 'page' }
const over = { ...lease, ttlMs: 1 }
const held = { ...lease, ttlMs: 60_000 }

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a write under a lease', () => {
  const open = () => openDatabase(serverUrl('mongoReplicaSet'))

  test('that stands still is ended by the next holder, who waits neither for the lease nor for what was written', async () => {
    await using database = await open()
    const still = holdingCommits(database)
    const whom = customer()
    void still.account
      .upsertConversationWithEvents({ ...whom, events: [said('of the dead')] }, { lease: await acquired(still.account, over) })
      .catch(() => undefined)
    await still.isHeld

    const next = await acquired(database.account, held)
    const { events } = await database.account.upsertConversationWithEvents({ ...whom, events: [said('of the next')] }, { lease: next })
    expect(events).toMatchObject([{ outcome: 'stored' }])
    expect(await textsOf(database.account, whom)).toEqual(['of the next'])
  })

  test('is ended too when somebody broke the lease before the next holder came', async () => {
    await using database = await open()
    const still = holdingCommits(database)
    const whom = customer()
    const broken = await acquired(still.account, held)
    void still.account.upsertConversationWithEvents({ ...whom, events: [said('of the dead')] }, { lease: broken }).catch(() => undefined)
    await still.isHeld

    await database.account.releaseLease(broken)
    await database.account.upsertConversation({ ...whom }, { lease: await acquired(database.account, held) })
    expect(await textsOf(database.account, whom)).toEqual([])
  })

  test('lets the lease be renewed meanwhile', async () => {
    await using database = await open()
    const slow = holdingCommits(database)
    const claim = await acquired(slow.account, held)
    const write = slow.account.upsertConversationWithEvents({ ...customer(), events: [said('late')] }, { lease: claim })
    await slow.isHeld
    await database.account.renewLease({ ...claim, ttlMs: 60_000 })
    slow.letGo()
    expect(await write).toMatchObject({ outcome: 'created' })
  })

  test('shares the lease with others at the same time', async () => {
    await using database = await open()
    const claim = await acquired(database.account, held)
    const writes = Array.from({ length: 5 }, () => database.account.upsertConversation(customer(), { lease: claim }))
    expect((await Promise.all(writes)).map(({ outcome }) => outcome)).toEqual(Array(5).fill('created'))
  })

  test('names its session once, until the lease is released by its holder', async () => {
    await using database = await open()
    const { account, db } = database
    const named = async () => (await db.collection('leases').findOne())?.session
    const claim = await acquired(account, held)
    const commands = await database.commandsOf(async () => {
      for (let written = 0; written < 3; written++) await account.upsertConversation(customer(), { lease: claim })
    })
    expect(commands.filter(({ command }) => command.update === 'leases')).toHaveLength(1)
    const used = commands.filter(({ command }) => 'txnNumber' in command && 'startTransaction' in command)
    expect(new Set(used.map(({ command }) => command.lsid.id.toString('hex')))).toEqual(new Set([(await named()).toString('hex')]))
    await account.releaseLease(claim)
    expect(await named()).toBeUndefined()
    expect(await database.commandsOf(async () => void (await acquired(account, held)))).toHaveLength(2)
  })
})

function said(text: string) {
  return { type: 'message', messageId: text, text } as const
}

/** Acquires a lease as soon as its time is over, by the server's clock. */
async function acquired(account: AccountConversations, wanted: typeof held) {
  for (;;) {
    const answer = await account.acquireLease({ ...wanted, holder: 'a process' })
    if (answer.acquired) return { ...lease, token: answer.lease.token }
  }
}

async function textsOf(account: AccountConversations, whom: ReturnType<typeof customer>): Promise<readonly string[]> {
  const conversation = await account.findByOaAndCustomer(whom)
  const { items } = await account.listMessages({ conversationId: conversation?.id ?? '' })
  return items.map(({ text }) => text)
}

/** A process that sends no commit before it is let go. */
function holdingCommits({ client, db }: TestDatabase) {
  const [commits, gates] = [new EventEmitter(), new EventEmitter()]
  const isHeld = once(commits, 'held')
  const go = once(gates, 'open')
  const startSession = (options?: object) => holding(client.startSession(options), () => commits.emit('held'), go)
  const adapter = mongo({ client: { db: (name) => client.db(name), startSession }, db })
  return { account: createConversationStore({ adapter }).forAccount('acme'), isHeld, letGo: () => gates.emit('open') }
}

function holding(session: ClientSession, isHeld: () => void, go: Promise<unknown>): ClientSession {
  const commit = session.commitTransaction.bind(session)
  return Object.assign(session, {
    async commitTransaction() {
      isHeld()
      await go
      return commit()
    },
  })
}
