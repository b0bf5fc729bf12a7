import { expect } from 'vitest'
import { backfillAccountIds, verifyAccountIsolation } from '../../src/adoption/index.js'
import type { LegacyConversation, LegacyHost } from './legacy-host.js'

/** X, whose one conversation an adopted database has: `x-1`, which is open and of account A. */
export const customerX = { oaId: '12345', customerId: 'X' }

/** How the story's host calls its columns. */
export const tableOf = ({ where }: LegacyHost) => ({ ...where, status: 'status', activityAt: 'last_message_at' })

/** What happens in a database that was adopted. Each scene has customers of its own. */
export const scenes: Readonly<Record<string, (host: LegacyHost) => Promise<void>>> = {
  'account A disconnects a page and B connects it: A keeps its conversation, B has its own, and neither sees the other': async (host) => {
    const { db } = host
    const isolation = () => verifyAccountIsolation({ db, conversations: tableOf(host) })
    await receive(host, customerX, 'x-2')
    const ofA = ['x-1', 'open', 1]
    expect(await seen(host, customerX)).toEqual({ A: [ofA], B: [] })

    await host.disconnect(customerX.oaId)
    expect(await isolation()).toMatchObject({ ok: true, orphansWithAccount: 1, acrossAccounts: [] })
    await host.addIntegrations([{ oaId: customerX.oaId, accountId: 'B' }])
    await receive(host, customerX, 'x-2')
    expect(await seen(host, customerX)).toEqual({ A: [ofA], B: [['x-2', 'open', 1]] })

    // A conversation that has an account keeps it, whoever has the page by now.
    expect(await backfillAccountIds({ db, conversations: tableOf(host) }).apply()).toMatchObject({ updated: 0, quarantined: 0 })
    expect(await seen(host, customerX)).toEqual({ A: [ofA], B: [['x-2', 'open', 1]] })
    const accounts = ['A', 'B'].map((accountId) => ({ accountId, conversations: 1 }))
    expect(await isolation()).toMatchObject({ ok: true, acrossAccounts: [{ oaId: customerX.oaId, accounts }] })

    await host.setStatus('x-2', 'closed')
    for (let message = 1; message <= 2; message++) await receive(host, customerX, 'x-3')
    expect(await seen(host, customerX)).toEqual({
      A: [ofA],
      B: [
        ['x-2', 'closed', 1],
        ['x-3', 'open', 2],
      ],
    })
    for (const accountId of ['A', 'B']) await refuses(host, { id: 'x-4', ...customerX, accountId, status: 'open' })
  },
  'close and message': async (host) => {
    const lan = { accountId: 'A', oaId: 'page-a', customerId: 'lan' }
    await host.addConversations([{ id: 'lan-1', ...lan, status: 'open' }])
    await host.setStatus('lan-1', 'closed')
    await host.addConversations([{ id: 'lan-2', ...lan, status: 'open' }])
    expect(await of(host, lan)).toEqual([
      ['lan-1', 'A', 'closed'],
      ['lan-2', 'A', 'open'],
    ])
    for (const status of ['open', 'snoozed']) await refuses(host, { id: 'lan-3', ...lan, status })
    await expect(host.setStatus('lan-1', 'open')).rejects.toThrow(/duplicate key/)
  },
  'the same psid on two connections': async (host) => {
    const hoa = { accountId: 'A', customerId: 'hoa', status: 'open' }
    for (const oaId of ['page-a', 'page-b']) await host.addConversations([{ id: `hoa-${oaId}`, oaId, ...hoa }])
    for (const oaId of ['page-a', 'page-b']) {
      expect(await of(host, { oaId, customerId: 'hoa' })).toEqual([[`hoa-${oaId}`, 'A', 'open']])
      await refuses(host, { id: 'hoa-again', oaId, ...hoa })
    }
  },
  'three closed and a fourth opens': async (host) => {
    const minh = { accountId: 'A', oaId: 'page-a', customerId: 'minh' }
    for (const id of ['minh-1', 'minh-2', 'minh-3']) {
      await host.addConversations([{ id, ...minh, status: 'open' }])
      await host.setStatus(id, 'closed')
    }
    await host.addConversations([{ id: 'minh-4', ...minh, status: 'open' }])
    await refuses(host, { id: 'minh-5', ...minh, status: 'open' })
    expect((await of(host, minh)).map(([, , status]) => status)).toEqual(['closed', 'closed', 'closed', 'open'])
  },
  "explain of status in ('OPEN','SNOOZED') order by \"lastMessageAt\" desc": async (host) => {
    expect(await host.explainActive({ accountId: 'A', oaId: 'page-a', customerId: 'lan' })).toMatch(
      /(Index Scan using|"indexName":)\W+(account_id|accountId)_1_oa_id_1_customer_id_1_active\b/,
    )
  },
}

type Customer = typeof customerX

/**
 * Takes a message in, as the host does: it is for the account that has the page, and goes into the open conversation
 * there, or into a new one under the given id.
 */
async function receive(host: LegacyHost, customer: Customer, newId: string): Promise<void> {
  const integration = (await host.integrations()).find(({ oaId }) => oaId === customer.oaId)
  const accountId = integration?.accountId ?? null
  const found = (await of(host, customer)).find(([, account, status]) => account === accountId && status !== 'closed')
  if (found === undefined) await host.addConversations([{ id: newId, ...customer, accountId, status: 'open' }])
  const conversationId = found?.[0] ?? newId
  const id = `to-${conversationId}-${(await host.messages()).length}`
  await host.addMessages([{ id, conversationId, messageId: id, text: 'hello' }])
}

/** What each account sees of a customer: the conversations that have its id, with their status and messages. */
async function seen(host: LegacyHost, customer: Customer) {
  const [all, messages] = [await of(host, customer), await host.messages()]
  const seenBy = (accountId: string) =>
    all
      .filter(([, account]) => account === accountId)
      .map(([id, , status]) => [id, status, messages.filter(({ conversationId }) => conversationId === id).length])
  return { A: seenBy('A'), B: seenBy('B') }
}

/** The conversations of a customer: id, account and status. */
async function of(host: LegacyHost, { oaId, customerId }: Customer) {
  const all = await host.conversations()
  return all
    .filter((each) => each.oaId === oaId && each.customerId === customerId)
    .map(({ id, accountId, status }) => [id, accountId, status] as const)
}

/** Expects that the database refuses a conversation, because another one is active. */
export async function refuses(host: LegacyHost, row: LegacyConversation): Promise<void> {
  await expect(host.addConversations([row])).rejects.toThrow(/duplicate key/)
}
