import { describe, expect, test } from 'vitest'
import { backfillAccountIds, mergeDuplicateConversations, swapUniqueIndex, verifyAccountIsolation } from '../../src/adoption/index.js'
import { hosts } from './hosts.js'
import type { LegacyConversation, LegacyHost } from './legacy-host.js'
import { legacyRows } from './legacy-rows.js'

/** Tells how a legacy database of so many conversations gets accounts, one active conversation and no doubles. */
export function tellStory(count: number, timeout: number): void {
  describe.each(hosts)('the story of a legacy database on %s', (_, open) => {
    test(`of ${count} conversations, that stays as it becomes`, { timeout }, async () => {
      const host = await open()
      await adopted(host, count)
      for (const scene of Object.values(scenes)) await scene(host)
    })
  })
}

/** What happens in a database that was adopted. Each scene has customers of its own. */
export const scenes: Readonly<Record<string, (host: LegacyHost) => Promise<void>>> = {
  'a page goes from one account to another, and neither sees the conversation of the other': async (host) => {
    // Account A disconnects page 12345 and account B connects it. X, whose conversation of A is open, writes again.
    await host.addConversations([{ id: 'x-2', ...customerX, accountId: 'B', status: 'open' }])
    expect(await of(host, customerX)).toEqual([
      ['x-1', 'A', 'open'],
      ['x-2', 'B', 'open'],
    ])
    const { acrossAccounts } = await verifyAccountIsolation(shared(host))
    const conversations = ['A', 'B'].map((accountId) => ({ accountId, conversations: 1 }))
    expect(acrossAccounts).toContainEqual({ oaId: customerX.oaId, accounts: conversations })
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

const customerX = { oaId: '12345', customerId: 'X' }

const shared = ({ db, where }: LegacyHost) => ({ db, conversations: { ...where, status: 'status', activityAt: 'last_message_at' } })

/** The conversations of a customer: id, account and status. */
async function of(host: LegacyHost, { oaId, customerId }: Pick<LegacyConversation, 'oaId' | 'customerId'>) {
  const all = await host.conversations()
  return all
    .filter((each) => each.oaId === oaId && each.customerId === customerId)
    .map(({ id, accountId, status }) => [id, accountId, status])
}

async function refuses(host: LegacyHost, row: LegacyConversation): Promise<void> {
  await expect(host.addConversations([row])).rejects.toThrow(/duplicate key/)
}

/**
 * Fills a database and adopts it beside live writers. It has the old unique index, which was made late: over what has
 * come since, because the doubles of before were in its way.
 */
export async function adopted(host: LegacyHost, count: number): Promise<void> {
  const rows = legacyRows(count, host.idOf)
  await host.addIntegrations([...rows.integrations, { oaId: customerX.oaId, accountId: 'A' }])
  await host.addConversations(rows.conversations)
  await host.addMessages(rows.messages)
  const since = new Date(Date.UTC(2026, 5, 1))
  await host.addOldIndex(since)
  // The flaw: X can't write again after the conversation was closed.
  const x = { ...customerX, lastMessageAt: new Date(since.getTime() + 1), status: 'open' }
  await host.addConversations([{ id: 'x-1', ...x }])
  await host.setStatus('x-1', 'closed')
  await refuses(host, { id: 'x-2', ...x })
  await host.setStatus('x-1', 'open')

  const [orphans, doubles] = [(count / 100) * 6, count / 100]
  const options = shared(host)
  const backfill = backfillAccountIds({ ...options, orphans: { policy: 'quarantine', classes: ['orphan', 'noOaId'] } })
  expect(await backfill.plan()).toMatchObject({ conversations: count + 1, orphans: (count / 100) * 5, noOaId: count / 100 })
  const writers = liveWriters(host, rows.conversations, since)
  expect(await backfill.apply()).toMatchObject({ quarantined: orphans, keptAsSet: 0 })
  const { conversations, ...before } = await verifyAccountIsolation(options)
  expect(before).toMatchObject({ ok: false, missing: 0, doubles: { totalGroups: doubles }, indexes: { new: { state: 'absent' } } })
  expect(conversations).toBeGreaterThanOrEqual(count + 1 - orphans)

  expect(await swapUniqueIndex(options).apply()).toMatchObject({ state: 'guarded', old: ['oa_id_1_customer_id_1'] })
  expect(await mergeDuplicateConversations(options).apply()).toMatchObject({ groups: doubles, losers: doubles })
  expect(await swapUniqueIndex(options).apply()).toMatchObject({ ok: true, old: [] })
  const written = await writers.stop()
  expect(written).toBeGreaterThan(0)
  expect(await verifyAccountIsolation(options)).toMatchObject({
    ok: true,
    problems: [],
    doubles: null,
    conversations: count + 1 - orphans - doubles + written,
  })
  const archived = (await host.archived()).filter(({ from }) => from === 'messages')
  expect((await host.messages()).length + archived.length).toBe(rows.messages.length)
}

/** Two who write on as ever: one touches what is there, and the other opens conversations of new customers. */
function liveWriters(host: LegacyHost, rows: readonly LegacyConversation[], since: Date) {
  let isRunning = true
  let written = 0
  const touching = async () => {
    for (let turn = 1; isRunning; turn++) {
      await host.setStatus(rows[(turn * 7_919) % rows.length]?.id, turn % 2 === 0 ? 'open' : 'snoozed')
      await nextTurn()
    }
  }
  const opening = async () => {
    while (isRunning) {
      const customerId = `new-${written}`
      const lastMessageAt = new Date(since.getTime() + written)
      await host.addConversations([{ id: customerId, oaId: 'page-0', customerId, accountId: 'account-0', status: 'open', lastMessageAt }])
      written++
      await nextTurn()
    }
  }
  const all = Promise.all([touching(), opening()])
  // A writer that fails is told by `stop`.
  all.catch(() => undefined)
  return {
    async stop() {
      isRunning = false
      await all
      return written
    },
  }
}

/** Lets timers run, which a loop over PGlite alone would never do. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
