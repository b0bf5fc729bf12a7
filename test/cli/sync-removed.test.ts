import { expect, test } from 'vitest'
import { fakeSyncTables } from './fake-sync-tables.js'
import { run } from './run-in-process.js'

test('sync remove tells what it would drop, and drops nothing in a dry run', async () => {
  const { syncTables, asked } = fakeSyncTables()
  const told = await run(['sync', 'remove', '--dry-run', '--tenant=acme'], { syncTables })
  expect(told).toMatchObject({ exitCode: 0, closed: 2, tenantIds: ['acme'] })
  expect(told.stdout).toBe(
    'Dry run: nothing was changed.\n\nWould drop in chat_public: 2 objects of the sync, with 2 sessions\n  table sync_state\n  view sync_locks\n',
  )
  expect((await run(['sync', 'remove'], { syncTables, env: { MIGRATION_DRY_RUN: 'true' } })).exitCode).toBe(0)
  expect(asked).toEqual([])
})

test('sync remove asks, and needs --yes where nobody can be asked', async () => {
  const { syncTables, asked } = fakeSyncTables()
  expect((await run(['sync', 'remove'], { syncTables })).exitCode).toBe(2)
  const no = await run(['sync', 'remove'], { syncTables, answer: 'no' })
  expect([no.exitCode, no.questions]).toEqual([
    1,
    [expect.stringMatching(/^This drops 2 objects of the sync in chat_public, with how far 2 sessions got\./)],
  ])
  expect(asked).toEqual([])
  const yes = await run(['sync', 'remove', '--lock-wait=5s'], { syncTables, answer: 'yes' })
  expect(yes.stdout).toMatch(/^Dropped in chat_public: 2 objects of the sync, with 2 sessions\n {2}table sync_state\n/)
  expect(asked).toMatchObject([['remove', { lockWaitMs: 5_000 }]])
  const again = await run(['sync', 'remove', '--yes', '--json'], { syncTables })
  expect(JSON.parse(again.stdout)).toMatchObject({ exitCode: 0, report: { database: 'chat_public', objects: [], dryRun: false } })
  expect(asked).toHaveLength(1)
})

test('sync restore brings them back', async () => {
  const { syncTables, asked } = fakeSyncTables()
  await run(['sync', 'remove', '--yes'], { syncTables })
  const restored = await run(['sync', 'restore'], { syncTables })
  expect([restored.exitCode, restored.stdout]).toEqual([0, 'chat_public has 2 objects of the sync.\n'])
  expect(asked.map(([what]) => what)).toEqual(['remove', 'restore'])
})
