import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type AdoptionLogger, backfillAccountIds } from '../../src/adoption/index.js'
import { hosts } from './hosts.js'
import type { LegacyHost } from './legacy-host.js'

function recorded(): AdoptionLogger & { readonly lines: string[] } {
  const lines: string[] = []
  const note = (line: string) => void lines.push(line)
  return { lines, debug: note, info: note, warn: note, error: note }
}

/** One conversation of each class. */
async function fill(host: LegacyHost): Promise<void> {
  await host.addIntegrations([
    { oaId: 'page-a', accountId: 'acme' },
    { oaId: 'page-a', accountId: 'acme' },
    { oaId: 'page-b', accountId: 'beta' },
    { oaId: 'page-c', accountId: 'acme' },
    { oaId: 'page-c', accountId: 'beta' },
    { oaId: 'page-d' },
  ])
  await host.addConversations([
    { id: 'c1', oaId: 'page-a', customerId: 'x' },
    { id: 'c2', oaId: 'page-b', customerId: 'x', accountId: null },
    { id: 'c3', oaId: 'page-b', customerId: 'y', accountId: 'other' },
    { id: 'c4', oaId: 'page-gone', customerId: 'x' },
    { id: 'c5', oaId: 'page-gone', customerId: 'y', accountId: 'acme' },
    { id: 'c6', oaId: 'page-c', customerId: 'x' },
    { id: 'c7', oaId: 'page-d', customerId: 'x' },
    { id: 'c8', customerId: 'x' },
  ])
}

const accounts = async (host: LegacyHost) => Object.fromEntries((await host.conversations()).map(({ id, accountId }) => [id, accountId]))

describe.each(hosts)('the backfill of accounts on %s', (_, open) => {
  const helper = (host: LegacyHost, more: Partial<Parameters<typeof backfillAccountIds>[0]> = {}) =>
    backfillAccountIds({ db: host.db, conversations: host.where, ...more })

  test('tells each class, and changes nothing while it plans', async () => {
    const host = await open()
    await fill(host)
    const before = await host.conversations()
    const { plan, applied } = await helper(host).run()
    expect(plan).toMatchObject({
      conversations: 8,
      resolved: 2,
      alreadySet: 2,
      orphans: 1,
      orphansWithAccount: 1,
      ambiguous: 1,
      noAccount: 1,
      noOaId: 1,
      revertible: 'with the backup',
      warnings: [],
    })
    expect(applied).toBeNull()
    expect(await host.conversations()).toEqual(before)
  })

  test('gives each conversation the account of its integration, and says so in these lines', async () => {
    const host = await open()
    await fill(host)
    const logger = recorded()
    const { applied, verified } = await helper(host, { apply: true, logger }).run()
    expect(await accounts(host)).toEqual({
      c1: 'acme',
      c2: 'beta',
      c3: 'other',
      c4: null,
      c5: 'acme',
      c6: null,
      c7: null,
      c8: null,
    })
    expect(applied).toEqual({
      updated: 2,
      assigned: 0,
      quarantined: 0,
      deleted: 0,
      keptAsSet: 0,
      left: { orphan: 1, ambiguous: 1, noAccount: 1, noOaId: 1 },
    })
    expect(verified).toMatchObject({ ok: true, resolved: 0, alreadySet: 4 })
    expect(logger.lines.sort()).toEqual([
      'Updated conversation c1 with accountId: acme',
      'Updated conversation c2 with accountId: beta',
      'WARNING: Conversation c4 has no matching integration for oa_id: page-gone',
      'WARNING: Conversation c6 has integrations of several accounts for oa_id: page-c',
      'WARNING: Conversation c8 has no oa_id',
      'WARNING: The integration for oa_id: page-d of conversation c7 has no accountId',
    ])
  })

  test('writes nothing when it runs again', async () => {
    const host = await open()
    await fill(host)
    await helper(host).apply()
    expect(await helper(host).apply()).toMatchObject({ updated: 0, keptAsSet: 0, left: { orphan: 1 } })
  })

  test('goes on in small batches to the end, and finds what came behind its cursor', async () => {
    const host = await open()
    await fill(host)
    await host.addConversations(
      Array.from({ length: 40 }, (_, at) => ({ id: `d${String(at).padStart(2, '0')}`, oaId: 'page-a', customerId: `d${at}` })),
    )
    let late = false
    const applied = await helper(host, {
      pace: { first: 3, least: 1, most: 3 },
      async onProgress({ done }) {
        if (late || done < 20) return
        late = true
        await host.addConversations([{ id: 'a0', oaId: 'page-a', customerId: 'late' }])
      },
    }).apply()
    expect(late).toBe(true)
    expect(applied.updated).toBe(43)
    expect((await accounts(host)).a0).toBe('acme')
  })

  test('goes on where it was with the same policy, and begins anew with another one', async () => {
    const host = await open()
    await fill(host)
    await host.addConversations([{ id: 'a0', oaId: 'page-gone', customerId: 'z' }])
    const pace = { first: 1, least: 1, most: 1 }
    const places: number[] = []
    const stopped = (more: Partial<Parameters<typeof backfillAccountIds>[0]> = {}) =>
      helper(host, {
        pace,
        onProgress({ done }) {
          places.push(done)
          throw new Error('stopped')
        },
        ...more,
      }).apply()
    await expect(stopped()).rejects.toThrow('stopped')
    await expect(stopped()).rejects.toThrow('stopped')
    expect(places).toEqual([1, 2])
    // The orphan a0 lies behind the cursor of the report.
    expect(await helper(host, { pace, orphans: { policy: 'quarantine' } }).apply()).toMatchObject({ quarantined: 2 })
    const account = new Map([['page-gone', 'first']])
    await host.addConversations([{ id: 'a0', oaId: 'page-gone', customerId: 'z' }])
    await expect(stopped({ orphans: { policy: 'assign', account: new Map() } })).rejects.toThrow('stopped')
    expect(await helper(host, { pace, orphans: { policy: 'assign', account } }).apply()).toMatchObject({ assigned: 1 })
  })

  test('assigns an account to orphans by id, map and function, and to other classes if it is told so', async () => {
    const host = await open()
    await fill(host)
    await host.addConversations([{ id: 'e1', oaId: 'page-lost', customerId: 'x' }])
    await helper(host, { orphans: { policy: 'assign', account: { 'page-gone': 'first' } } }).apply()
    expect(await accounts(host)).toMatchObject({ c4: 'first', e1: null, c6: null })
    await helper(host, { orphans: { policy: 'assign', account: ({ id, oaId }) => (oaId === 'page-lost' ? `of ${id}` : null) } }).apply()
    expect(await accounts(host)).toMatchObject({ c4: 'first', e1: 'of e1', c6: null })
    const { assigned } = await helper(host, {
      orphans: { policy: 'assign', account: 'rest', classes: ['ambiguous', 'noAccount', 'noOaId'] },
    }).apply()
    expect(assigned).toBe(3)
    expect(await accounts(host)).toMatchObject({ c3: 'other', c6: 'rest', c7: 'rest', c8: 'rest' })
  })

  test('moves orphans to the quarantine with all that they hold, and back', async () => {
    const host = await open()
    await fill(host)
    const before = await host.conversations()
    const quarantining = helper(host, { orphans: { policy: 'quarantine', classes: ['orphan', 'noOaId'] } })
    expect(await quarantining.apply()).toMatchObject({ quarantined: 2, left: { orphan: 0, noOaId: 0, ambiguous: 1 } })
    expect(Object.keys(await accounts(host))).toEqual(['c1', 'c2', 'c3', 'c5', 'c6', 'c7'])
    expect(await quarantining.revert()).toEqual({ restored: 2, left: 0 })
    const after = await host.conversations()
    expect(after.map(({ accountId: _, ...rest }) => rest)).toEqual(before.map(({ accountId: _, ...rest }) => rest))
    expect(await quarantining.revert()).toEqual({ restored: 0, left: 0 })
  })

  test('leaves in the quarantine what a unique index refuses by now, and moves the others back', async () => {
    const host = await open()
    await host.addIntegrations([])
    await host.addConversations(['x', 'y', 'z'].map((customerId) => ({ id: `c-${customerId}`, oaId: 'gone', customerId })))
    const quarantining = helper(host, { orphans: { policy: 'quarantine' } })
    expect(await quarantining.apply()).toMatchObject({ quarantined: 3 })
    await host.addOldIndex()
    await host.addConversations([{ id: 'new', oaId: 'gone', customerId: 'x', accountId: 'acme' }])
    expect(await quarantining.revert()).toEqual({ restored: 2, left: 1 })
    expect(Object.keys(await accounts(host))).toEqual(['c-y', 'c-z', 'new'])
    expect(await host.archived()).toEqual([{ from: 'conversations', id: 'c-x' }])
  })

  test('deletes orphans only when that is confirmed, after each stands in the archive', async () => {
    const host = await open()
    await fill(host)
    const archive = join(await mkdtemp(join(tmpdir(), 'adoption-')), 'orphans.ndjson')
    expect(() => helper(host, { orphans: { policy: 'delete', confirm: 'yes' as 'DELETE', archive } })).toThrow(/DELETE/)
    const logger = recorded()
    expect(await helper(host, { logger, orphans: { policy: 'delete', confirm: 'DELETE', archive } }).apply()).toMatchObject({ deleted: 1 })
    expect((await accounts(host)).c4).toBeUndefined()
    expect(logger.lines).toContain('Orphaned conversation found: c4 (oa_id: page-gone)')
    expect(logger.lines).toContain('Deleted orphaned conversation: c4')
    const lines = (await readFile(archive, 'utf8')).trim().split('\n')
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ oa_id: 'page-gone', customer_id: 'x' })
  })

  test('refuses a revert that only a backup gives, and names the command', async () => {
    const host = await open()
    await expect(helper(host).revert()).rejects.toMatchObject({ code: 'UNSUPPORTED', message: expect.stringMatching(/restore/) })
  })

  test('is done once, although several begin at once', async () => {
    const host = await open()
    await fill(host)
    const all = await Promise.all(Array.from({ length: 4 }, () => helper(host).apply()))
    expect(all.reduce((sum, { updated }) => sum + updated, 0)).toBe(2)
  })

  test('lets one process work at a time', async () => {
    const host = await open()
    await fill(host)
    let other: unknown
    await helper(host, {
      holder: 'pod 1',
      async onProgress() {
        other ??= await helper(host, { lockWaitMs: 0 })
          .apply()
          .catch((error: unknown) => error)
      },
    }).apply()
    expect(other).toMatchObject({ code: 'MIGRATION_LOCKED', details: { holder: 'pod 1' } })
  })
})
