import { describe, expect, test } from 'vitest'
import { syncConversations } from '../../src/sync/index.js'
import { isServerAbsent } from '../contract/server.js'
import { postgresSyncObjects } from '../postgres/sync-objects.js'
import { listedSource, threePages } from '../sync/handler/hosted.js'
import { hostProject } from './host-project.js'
import { tenantStore } from './tenant-store.js'

const objects = {
  mongo: ['collection sync_state'],
  postgres: postgresSyncObjects,
}

describe.each([
  ['mongo', isServerAbsent('mongoReplicaSet')],
  ['postgres', isServerAbsent('postgres')],
] as const)('a store without the sync on %s', (engine, isAbsent) => {
  const source = () => listedSource(threePages)
  const begun = async () => {
    const host = await hostProject(engine)
    const store = await tenantStore(engine, host)
    await store.migrate()
    const account = store.forAccount('acme')
    await syncConversations(account, { oaId: 'page', source: source(), budget: { pages: 1 } })
    return { host, store, account }
  }

  test.skipIf(isAbsent)('keeps its conversations and leases, is sound, and stays so', async () => {
    const { host, store, account } = await begun()
    const lease = { kind: 'sync', key: 'other' }
    await account.acquireLease({ ...lease, holder: 'host', ttlMs: 60_000 })
    const told = await host.json(['sync', 'remove', '--tenant=acme', '--dry-run'])
    const found = { database: `${host.publicName}_acme`, objects: objects[engine], sessions: 1 }
    expect(told).toMatchObject({ exitCode: 0, document: { report: { dryRun: true, ...found } } })
    expect((await account.syncStatistics()).items).toHaveLength(1)

    expect(await host.json(['sync', 'remove', '--tenant=acme', '--yes'])).toMatchObject({ exitCode: 0, document: { report: found } })
    expect(await store.checkSchema()).toMatchObject({ ok: true, missing: [], different: [] })
    expect(await store.migrate()).toMatchObject({ applied: [] })
    expect(await account.countConversations()).toBe(2)
    expect((await account.listLeases()).items).toMatchObject([lease])
    expect(await host.json(['sync', 'remove', '--tenant=acme', '--yes'])).toMatchObject({ document: { report: { objects: [] } } })
    expect((await host.run(['sync', 'locks', '--tenant=acme'])).stdout).toMatch(/^acme +other +ACTIVE/m)
  })

  test.skipIf(isAbsent)('refuses to sync, and makes nothing by itself', async () => {
    const { host, store, account } = await begun()
    await host.run(['sync', 'remove', '--tenant=acme', '--yes'])
    const refused = expect.objectContaining({ code: 'UNSUPPORTED', message: expect.stringContaining('conversation-store sync restore') })
    await expect(syncConversations(account, { oaId: 'page', source: source() })).rejects.toEqual(refused)
    await expect(Promise.resolve(account.syncStatistics())).rejects.toEqual(refused)
    await expect(store.forOperator().findSyncAccounts()).rejects.toEqual(refused)
    expect((await account.listLeases()).items).toEqual([])
    // What webhooks and whoever sweeps do goes on.
    await account.connectInbox({ oaId: 'phone', channel: 'whatsapp' })
    expect(await account.recordHistoryProgress({ oaId: 'phone', phase: 1, progress: 50 })).toMatchObject({ history: { progress: 50 } })
    expect(await account.sweep()).toEqual({ expiredEvents: 0, more: false })
    expect((await host.run(['sync', 'status', '--tenant=acme'])).stderr).toContain('sync restore')
    expect((await host.json(['sync', 'remove', '--tenant=acme', '--dry-run'])).document.report.objects).toEqual([])
  })

  test.skipIf(isAbsent)('has it back as it was, and without its sessions', async () => {
    const { host, store, account } = await begun()
    await host.run(['sync', 'remove', '--tenant=acme', '--yes'])
    const restored = await host.json(['sync', 'restore', '--tenant=acme'])
    expect(restored).toMatchObject({ exitCode: 0, document: { report: { objects: objects[engine], sessions: 0 } } })
    expect(await host.json(['sync', 'restore', '--tenant=acme'])).toMatchObject({ exitCode: 0 })
    expect(await store.checkSchema()).toMatchObject({ ok: true })
    const run = await syncConversations(account, { oaId: 'page', source: source() })
    expect(run).toMatchObject({ hasMore: false, messages: 2, duplicates: 2 })
  })
})
