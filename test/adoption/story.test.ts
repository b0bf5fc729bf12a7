import { describe, expect, test } from 'vitest'
import { backfillAccountIds, mergeDuplicateConversations, swapUniqueIndex, verifyAccountIsolation } from '../../src/adoption/index.js'
import { hosts } from './hosts.js'
import { legacyRows } from './legacy-rows.js'

describe.each(hosts)('the story of a legacy database on %s', (_, open) => {
  test('that gets accounts, one active conversation, and no doubles, and stays so', { timeout: 120_000 }, async () => {
    const host = await open()
    const rows = legacyRows(1_000)
    await host.addIntegrations(rows.integrations)
    await host.addConversations(rows.conversations)
    await host.addMessages(rows.messages)
    const conversations = { ...host.where, status: 'status', activityAt: 'last_message_at' }
    const shared = { db: host.db, conversations }
    const orphans = { policy: 'quarantine', classes: ['orphan', 'noOaId'] } as const

    const backfill = backfillAccountIds({ ...shared, orphans })
    expect(await backfill.plan()).toMatchObject({ conversations: 1_000, orphans: 50, noOaId: 10 })
    expect(await backfill.apply()).toMatchObject({ quarantined: 60, keptAsSet: 0 })
    const before = await verifyAccountIsolation(shared)
    expect(before).toMatchObject({ ok: false, missing: 0, doubles: { totalGroups: 10 }, indexes: { new: { state: 'absent' } } })

    expect(await swapUniqueIndex(shared).apply()).toMatchObject({ state: 'guarded' })
    expect(await mergeDuplicateConversations(shared).apply()).toMatchObject({ groups: 10, losers: 10 })
    expect(await swapUniqueIndex(shared).apply()).toMatchObject({ ok: true })
    expect(await verifyAccountIsolation(shared)).toMatchObject({ ok: true, problems: [], doubles: null, conversations: 930 })

    // Account A disconnects page 12345 and account B connects it. X writes to both.
    const x = { oaId: '12345', customerId: 'X' }
    await host.addConversations([{ id: 'a-1', ...x, accountId: 'A', status: 'open' }])
    await host.addConversations([{ id: 'b-1', ...x, accountId: 'B', status: 'open' }])
    const ofX = async () => (await host.conversations()).filter(({ oaId }) => oaId === '12345')
    expect((await ofX()).map(({ id, accountId }) => [id, accountId])).toEqual([
      ['a-1', 'A'],
      ['b-1', 'B'],
    ])
    const { acrossAccounts } = await verifyAccountIsolation(shared)
    expect(acrossAccounts).toContainEqual({
      oaId: '12345',
      accounts: [
        { accountId: 'A', conversations: 1 },
        { accountId: 'B', conversations: 1 },
      ],
    })
    // X's conversation is closed, and X writes again: two rows, one of them open.
    await host.setStatus('b-1', 'closed')
    await host.addConversations([{ id: 'b-2', ...x, accountId: 'B', status: 'open' }])
    await expect(host.addConversations([{ id: 'b-3', ...x, accountId: 'B', status: 'open' }])).rejects.toThrow(/duplicate key/)
    expect((await ofX()).filter(({ accountId }) => accountId === 'B').map(({ status }) => status)).toEqual(['closed', 'open'])
  })
})
