import { Binary, MinKey, ObjectId } from 'mongodb'
import { expect } from 'vitest'
import { type AdoptionDatabase, backfillAccountIds, mergeDuplicateConversations, swapUniqueIndex } from '../../src/adoption/index.js'
import { type Interference, interferedDb, interferedPool } from './interfered.js'
import type { LegacyHost } from './legacy-host.js'
import { mongoHost } from './mongo-host.js'
import { postgresHost } from './postgres-host.js'

/** A host, and its database as the helpers get it, which a test can interfere with. */
export interface GuardedHost extends LegacyHost {
  interfered(interference: Interference): AdoptionDatabase
}

export const guardedHosts = {
  MongoDB: async (): Promise<GuardedHost> => {
    const host = await mongoHost()
    return { ...host, interfered: (interference) => interferedDb(host.db, interference) }
  },
  PostgreSQL: async (): Promise<GuardedHost> => {
    const host = await postgresHost()
    return { ...host, interfered: (interference) => interferedPool(host.anotherPool(), interference) }
  },
} as const
export type Engine = keyof typeof guardedHosts

/** A guard, as a case that fails without it. `plant` is the bug, if there is one. */
export type GuardCase = (host: GuardedHost, plant: Interference) => Promise<void>

const accountOf = async (host: LegacyHost, id: string) => (await host.conversations()).find((each) => each.id === id)?.accountId ?? null

/** Does something once, before the first statement or command that fits. */
function onceBefore(pattern: RegExp, work: () => Promise<void>): Pick<Interference, 'before'> {
  let done = false
  return {
    async before(what) {
      if (done || !pattern.test(what)) return
      done = true
      await work()
    },
  }
}

const row = { oaId: 'page', customerId: 'x', status: 'open' }

export const guardCases = {
  'an account that was set before is kept': async (host, plant) => {
    await host.addIntegrations([{ oaId: 'page', accountId: 'acme' }])
    await host.addConversations([{ id: 'c1', ...row, accountId: 'other' }])
    await backfillAccountIds({ db: host.interfered(plant), conversations: host.where }).apply()
    expect(await accountOf(host, 'c1')).toBe('other')
  },
  'an account that is set between the reading and the writing is kept': async (host, plant) => {
    await host.addIntegrations([{ oaId: 'page', accountId: 'acme' }])
    await host.addConversations([{ id: 'c1', ...row }])
    const race = onceBefore(/^conversations bulkWrite$/, () => host.setAccount('c1', 'other'))
    await backfillAccountIds({ db: host.interfered({ ...plant, ...race }), conversations: host.where }).apply()
    expect(await accountOf(host, 'c1')).toBe('other')
  },
  'a conversation that moves to another inbox between the two does not get the account of the first': async (host, plant) => {
    await host.addIntegrations([
      { oaId: 'page', accountId: 'acme' },
      { oaId: 'page-2', accountId: 'beta' },
    ])
    await host.addConversations([{ id: 'c1', ...row }])
    const race = onceBefore(/^conversations bulkWrite$/, () => host.setInbox('c1', 'page-2'))
    await backfillAccountIds({ db: host.interfered({ ...plant, ...race }), conversations: host.where }).apply()
    expect(await accountOf(host, 'c1')).not.toBe('acme')
  },
  'an orphan that gets an account before it is taken away stays': async (host, plant) => {
    await host.addConversations([{ id: 'c1', ...row }])
    const race = onceBefore(/^with deleted as|^conversation_store_quarantine bulkWrite$/, () => host.setAccount('c1', 'other'))
    const orphans = { policy: 'quarantine' } as const
    await backfillAccountIds({ db: host.interfered({ ...plant, ...race }), conversations: host.where, orphans }).apply()
    expect(await accountOf(host, 'c1')).toBe('other')
  },
  'an orphan whose inbox is one with an integration before it is taken away stays': async (host, plant) => {
    await host.addIntegrations([{ oaId: 'page', accountId: 'acme' }])
    await host.addConversations([
      { id: 'c1', ...row },
      { id: 'c2', ...row, oaId: 'gone' },
    ])
    // On MongoDB the first of these writes the accounts of the page, between its reading and the taking.
    const race = onceBefore(/^with deleted as|^conversations bulkWrite$/, () => host.setInbox('c2', 'page'))
    const orphans = { policy: 'quarantine' } as const
    await backfillAccountIds({ db: host.interfered({ ...plant, ...race }), conversations: host.where, orphans }).apply()
    expect(await accountOf(host, 'c2')).toBe('acme')
  },
  'a process whose lease was taken over saves nothing': async (host, plant) => {
    await host.addIntegrations([{ oaId: 'page', accountId: 'acme' }])
    await host.addConversations(['c1', 'c2', 'c3', 'c4'].map((id) => ({ id, ...row, customerId: id })))
    const backfill = backfillAccountIds({
      db: host.interfered(plant),
      conversations: host.where,
      pace: { first: 2, least: 2, most: 2 },
      onProgress: () => host.takeLease(),
    })
    await expect(backfill.apply()).rejects.toMatchObject({ code: 'LEASE_LOST' })
  },
  'ids of every type are gone over': async (host, plant) => {
    // More types than the pass has rounds, which would otherwise find what one of them left out.
    const ids = [new MinKey(), 2, 'a', { b: 1 }, new Binary(Buffer.from('c')), new ObjectId(), true, new Date(0)]
    await host.addIntegrations([{ oaId: 'page', accountId: 'acme' }])
    await host.addConversations(ids.map((id, at) => ({ id, ...row, customerId: `${at}` })))
    const pace = { first: 1, least: 1, most: 1 }
    expect((await backfillAccountIds({ db: host.interfered(plant), conversations: host.where, pace }).apply()).updated).toBe(ids.length)
  },
  'no double comes from the first statement of a swap on': async (host, plant) => {
    const active = { ...row, accountId: 'acme' }
    await host.addConversations([
      { id: 'c1', ...active },
      { id: 'c2', ...active },
      { id: 'c3', ...active, customerId: 'y' },
    ])
    let isGuarded = false
    let [made, refused] = [0, 0]
    const interference: Interference = {
      ...plant,
      async before(what, [command]) {
        // Within a transaction of the swap a writer would wait for it.
        if (isGuarded && /^(begin$|update |create (unique )?index|db command$)/.test(what)) {
          for (const customerId of ['x', 'y'])
            await host.addConversations([{ id: `d${made + refused}`, ...active, customerId }]).then(
              () => made++,
              () => refused++,
            )
        }
        isGuarded ||= what.startsWith('create trigger') || Reflect.has(Object(command), 'createIndexes')
      },
    }
    const conversations = { ...host.where, status: 'status' }
    const swapped = await swapUniqueIndex({ db: host.interfered(interference), conversations, merge: {} }).apply()
    expect({ ok: swapped.ok, made, isTried: refused > 2 }).toEqual({ ok: true, made: 0, isTried: true })
  },
  'no double comes beside those that are being merged': async (host, plant) => {
    const active = { ...row, accountId: 'acme' }
    await host.addConversations([
      { id: 'c1', ...active },
      { id: 'c2', ...active },
    ])
    const conversations = { ...host.where, status: 'status' }
    await swapUniqueIndex({ db: host.interfered(plant), conversations }).apply()
    await host.setStatus('c2', 'closed')
    await expect(host.addConversations([{ id: 'c3', ...active }])).rejects.toThrow(/duplicate key/)
  },
  'an old index over some rows alone is not taken for one over all': async (host, plant) => {
    const active = { ...row, accountId: 'acme' }
    await host.addConversations([
      { id: 'c1', ...active },
      { id: 'c2', ...active },
    ])
    await host.addOldIndex(new Date())
    const conversations = { ...host.where, status: 'status' }
    const swapped = await swapUniqueIndex({ db: host.interfered(plant), conversations, merge: {} }).apply()
    expect(swapped).toMatchObject({ ok: true, old: [], doubles: null })
  },
  'a message that the kept conversation has is kept once': async (host, plant) => {
    const active = { ...row, accountId: 'acme' }
    await host.addConversations([
      { id: 'c1', ...active },
      { id: 'c2', ...active },
    ])
    await host.addMessages([
      { id: 'm1', conversationId: 'c1', messageId: 'a' },
      { id: 'm2', conversationId: 'c2', messageId: 'a' },
    ])
    await mergeDuplicateConversations({ db: host.interfered(plant), conversations: { ...host.where, status: 'status' } }).apply()
    expect((await host.messages()).map(({ id }) => id)).toEqual(['m2'])
    expect(await host.archived()).toContainEqual({ from: 'messages', id: 'm1' })
  },
} as const satisfies Readonly<Record<string, GuardCase>>

/**
 * The cases about what MongoDB alone does in two steps, or has: on PostgreSQL a page is read and written by one
 * statement.
 */
export const ofMongoAlone: ReadonlySet<string> = new Set<keyof typeof guardCases>([
  'an account that is set between the reading and the writing is kept',
  'a conversation that moves to another inbox between the two does not get the account of the first',
  'ids of every type are gone over',
])
