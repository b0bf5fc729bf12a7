import { expect, test } from 'vitest'
import { runProcess } from './processes.js'
import { breakLocks, engines } from './test-platform.js'

const all = Object.entries(engines)

test.each(all)('%s: a dry run leaves a virgin server byte for byte as it was, and tells every index', async (_, open) => {
  await using platform = await open()
  const tenants = [platform.tenant('acme')]
  const names = [platform.publicName, `${platform.publicName}_acme`]
  const before = await platform.exactState(names)
  const report = await platform.migrator(tenants).migrate({ dryRun: true })
  expect(await platform.exactState(names)).toEqual(before)
  expect(report).toMatchObject({ verdict: 'done', dryRun: true, public: { state: 'pending' }, tenants: [{ state: 'pending' }] })
  const told = JSON.stringify(report.tenants)
  for (const index of ['idx_conversations_user_phone', 'idx_messages_message_id', 'idx_messages_ai_generated'])
    expect(told).toContain(index)
  expect(JSON.stringify(report.public)).toContain('idx_config_schema')
})

test.each(all)('%s: a dry run leaves a half-migrated server byte for byte as it was, beside the runner that died', async (_, open) => {
  await using platform = await open()
  const tenants = [platform.tenant('acme')]
  const names = [platform.publicName, `${platform.publicName}_acme`]
  // The server must not be at work any more when the process is dead: an index build would go on.
  await runProcess(platform.task({ tenants, kill: { at: 39, when: 'after' } }))
  const before = await platform.exactState(names)
  const report = await platform.migrator(tenants).migrate({ dryRun: true })
  expect(await platform.migrator(tenants).syncIndexes({ dryRun: true, tenantsOnly: true })).toMatchObject({ dryRun: true })
  expect(await platform.exactState(names)).toEqual(before)
  expect(report.verdict).toBe('done')
  await breakLocks(platform.migrator(tenants), names)
  expect(await platform.migrator(tenants).migrate({ lockWaitMs: 120_000 })).toMatchObject({ verdict: 'done' })
})
