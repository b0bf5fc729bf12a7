import { describe, expect, test } from 'vitest'
import { isServerAbsent } from '../contract/server.js'
import { destinationOaId, fill, sourceOaId } from '../inbox-migrations/moving.js'
import { hostProject } from './host-project.js'
import { tenantStore } from './tenant-store.js'

describe.each([
  ['mongo', isServerAbsent('mongoReplicaSet')],
  ['postgres', isServerAbsent('postgres')],
] as const)('the store of a tenant on %s', (engine, isAbsent) => {
  test.skipIf(isAbsent)('has an inbox moved there and back by the command, in a process for each step', { timeout: 120_000 }, async () => {
    const host = await hostProject(engine)
    const store = await tenantStore(engine, host)
    await store.migrate()
    const account = store.forAccount('acme')
    await fill(account, 3)
    await account.upsertConversation({ oaId: destinationOaId, customerId: 'c1' })
    const command = async (argv: readonly string[]) => {
      const { exitCode, document } = await host.json(['inbox-migration', ...argv, '--tenant=acme'])
      return { exitCode, report: document.report }
    }
    const inboxes = ['--account=acme', `--source=${sourceOaId}`, `--destination=${destinationOaId}`]
    const { fingerprint, ...preview } = (await command(['preview', ...inboxes])).report.preview
    expect(preview).toMatchObject({ conversations: 3, messages: 6, skipped: 1 })
    const begun = await command(['start', ...inboxes, '--on-active-conflict=merge', `--expect=${fingerprint}`, '--yes'])
    const { id } = begun.report.migration
    expect(await command(['status', '--check'])).toMatchObject({
      exitCode: 3,
      report: { migrations: [{ worker: null, migration: { id } }] },
    })
    expect(await command(['work', '--stop-when-idle'])).toMatchObject({ exitCode: 0, report: { ended: [{ status: 'completed' }] } })
    const watched = await host.run(['inbox-migration', 'watch', id, '--account=acme', '--tenant=acme'])
    expect([watched.exitCode, watched.stdout]).toEqual([
      0,
      expect.stringContaining('is completed: 3 of 3 conversations, 6 of 6 messages moved.'),
    ])
    expect((await account.findByOa({ oaId: sourceOaId })).items).toEqual([])
    const undone = await command(['undo', id, '--account=acme', '--yes'])
    expect(undone.report.migration).toMatchObject({ kind: 'undo', undoes: id })
    await command(['work', '--stop-when-idle'])
    expect((await account.findByOa({ oaId: sourceOaId })).items).toHaveLength(3)
    expect((await account.findByOa({ oaId: destinationOaId })).items).toHaveLength(1)
    expect(await command(['cancel', id, '--account=acme'])).toMatchObject({ report: { migration: { status: 'completed' } } })
  })
})
