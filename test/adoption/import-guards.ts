import { expect } from 'vitest'
import { type ImportOptions, importConversations } from '../../src/adoption/index.js'
import { type ImportHost, importHosts } from './import-hosts.js'
import { mapped } from './import-mapping.js'
import type { Interference } from './interfered.js'

/** A bug that a test plants: in what the helper sends to the host's database, or in what it asks of the store. */
export interface PlantedBug extends Interference {
  readonly plantItem?: (item: Record<string, unknown>) => void
}

export type ImportGuard = (host: ImportHost, plant: PlantedBug) => Promise<void>

export const guardedImportHosts = new Map(importHosts)

const lan = { account: 'acme', page: 'page-1', psid: 'lan', state: 'open' }
const customer = { oaId: 'page-1', customerId: 'lan' }
const at = (minute: number) => new Date(Date.UTC(2025, 0, 1, 10, minute))

async function begun(host: ImportHost, { plantItem, ...interference }: PlantedBug) {
  const store = await host.openStore()
  const acme = store.forAccount('acme')
  const planted: ImportOptions['store'] = {
    forAccount: (accountId) => {
      const account = store.forAccount(accountId)
      return {
        ...account,
        bulkUpsertConversationsWithEvents(input) {
          const conversations = structuredClone(input.conversations)
          for (const item of conversations) plantItem?.(item as unknown as Record<string, unknown>)
          return account.bulkUpsertConversationsWithEvents({ ...input, conversations })
        },
      }
    },
  }
  const run = (more: Partial<ImportOptions> = {}) =>
    importConversations({ db: host.interfered(interference), store: planted, ...mapped(host.where), ...more }).apply()
  return { acme, run }
}

export const importGuards = {
  'rows of a customer that lie far apart are one conversation, as active as one of them': async (host, plant) => {
    const { acme, run } = await begun(host, plant)
    await host.addChats([
      { id: 'a', ...lan, state: 'open' },
      { id: 'b', ...lan, psid: 'other' },
      { id: 'c', ...lan, state: 'closed' },
    ])
    await host.addLines([
      { id: '1', chat: 'a', mid: 'a', sender: 'lan', at: at(1) },
      { id: '2', chat: 'c', mid: 'c', sender: 'lan', at: at(2) },
    ])
    expect(await run({ pace: { first: 1, least: 1, most: 1 } })).toMatchObject({ conversations: 2, merged: 1 })
    expect(await acme.findByOaAndCustomer({ ...customer, status: 'any' })).toMatchObject({ status: 'open', lastSeq: 2 })
  },
  'a message that its channel gave no id is known when it comes again': async (host, plant) => {
    const { acme, run } = await begun(host, plant)
    await host.addChats([{ id: 'a', ...lan }])
    await host.addLines([{ id: '1', chat: 'a', mid: null, sender: 'lan', at: at(1) }])
    await run()
    await run()
    expect(await acme.findByOaAndCustomer(customer)).toMatchObject({ lastSeq: 1 })
  },
  'a conversation without messages is known when it comes again, and is as old as it was': async (host, plant) => {
    const { acme, run } = await begun(host, plant)
    await host.addChats([{ id: 'a', ...lan, lastAt: at(9) }])
    await run()
    await run()
    const conversation = await acme.findByOaAndCustomer(customer)
    expect(conversation).toMatchObject({ version: 0, lastActivityAt: at(9) })
    expect((await acme.listEvents({ conversationId: conversation?.id ?? '' })).items).toHaveLength(1)
  },
  'what is imported calls for nobody': async (host, plant) => {
    const { acme, run } = await begun(host, plant)
    await host.addChats([{ id: 'a', ...lan }])
    await host.addLines([{ id: '1', chat: 'a', mid: 'a', sender: 'lan', at: at(1) }])
    await run()
    expect(await acme.findByOaAndCustomer(customer)).toMatchObject({ unreadCount: 0, lastInboundAt: null, waitingSince: null })
  },
  'so many of the last messages are unread as nobody had read': async (host, plant) => {
    const { acme, run } = await begun(host, plant)
    await host.addChats([{ id: 'a', ...lan, unseen: 1 }])
    await host.addLines([1, 2].map((n) => ({ id: `${n}`, chat: 'a', mid: `m${n}`, sender: 'lan', at: at(n) })))
    await run()
    expect(await acme.findByOaAndCustomer(customer)).toMatchObject({ unreadCount: 1 })
    expect((await acme.markRead({ ...customer, seq: 1 })).conversation.unreadCount).toBe(1)
    expect((await acme.markRead({ ...customer, seq: 2 })).conversation.unreadCount).toBe(0)
  },
  'a closed conversation is closed when its last message came': async (host, plant) => {
    const { acme, run } = await begun(host, plant)
    await host.addChats([{ id: 'a', ...lan, state: 'closed' }])
    await host.addLines([{ id: '1', chat: 'a', mid: 'a', sender: 'lan', at: at(1) }])
    await run()
    expect(await acme.findByOaAndCustomer({ ...customer, status: 'any' })).toMatchObject({ status: 'closed', closedAt: at(1) })
  },
  'a closed conversation that comes in parts is closed when its last message came': async (host, plant) => {
    const { acme, run } = await begun(host, plant)
    await host.addChats([{ id: 'a', ...lan, state: 'closed', unseen: 1 }])
    await host.addLines([1, 2, 3].map((n) => ({ id: `${n}`, chat: 'a', mid: `m${n}`, sender: 'lan', at: at(n) })))
    await run()
    expect(await acme.findByOaAndCustomer({ ...customer, status: 'any' })).toMatchObject({ status: 'closed', closedAt: at(3) })
  },
  'a process whose lease was taken over saves nothing': async (host, plant) => {
    const { run } = await begun(host, plant)
    await host.addChats(['1', '2', '3'].map((id) => ({ id, ...lan, psid: id })))
    const late = run({ pace: { first: 1, least: 1, most: 1 }, onProgress: () => host.takeLease() })
    await expect(late).rejects.toMatchObject({ code: 'LEASE_LOST' })
  },
  'a message whose conversation is gone is written out': async (host, plant) => {
    const { run } = await begun(host, plant)
    await host.addChats([{ id: 'a', ...lan }])
    await host.addLines([{ id: '1', chat: 'gone', mid: 'a', at: at(1) }])
    expect(await run()).toMatchObject({ rejected: { messages: 1 } })
    expect(await host.rejected()).toMatchObject([{ from: 'lines', id: '1' }])
  },
  'what was rejected is no more once it can be read': async (host, plant) => {
    const { run } = await begun(host, plant)
    await host.addChats([{ id: 'a', ...lan }])
    await host.addLines([{ id: '1', chat: 'b', mid: 'a', at: at(1) }])
    await run()
    await host.addChats([{ id: 'b', ...lan, psid: 'b' }])
    expect(await run()).toMatchObject({ rejected: { messages: 0 } })
    expect(await host.rejected()).toEqual([])
  },
} as const satisfies Readonly<Record<string, ImportGuard>>
