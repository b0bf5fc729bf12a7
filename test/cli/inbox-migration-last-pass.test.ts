import { expect, test } from 'vitest'
import { inboxMigrations, work } from '../../src/inbox-migrations/index.js'
import { between, house, silent, sleepless, sourceOaId } from '../inbox-migrations/moving.js'
import { run as runIn } from './run-in-process.js'

const acme = '--account=acme'

test('inbox-migration says of one that ended with its last pass that people may have come since', async () => {
  const { store, account } = await house(3)
  const run = (...argv: readonly string[]) => runIn(['inbox-migration', ...argv], { store })
  const moves = inboxMigrations(account)
  const skip = { ...between, onActiveConflict: 'skip' } as const
  const { id } = await moves.start(skip)
  let migration = await account.moveInboxBatch({ migrationId: id, expectedBatches: 0 })
  while (migration.completedAt === null) {
    await account.upsertConversation({ oaId: sourceOaId, customerId: `since ${migration.batches}` })
    migration = await account.moveInboxBatch({ migrationId: id, expectedBatches: migration.batches })
  }
  const told =
    'it ended with its last pass, and people may have come into twilio-1 since; redirect that inbox, and start another migration for them'
  const watched = await run('watch', id, acme)
  expect([watched.exitCode, watched.stdout]).toEqual([0, expect.stringContaining(`\n! ${told}\n`)])
  const status = await run('status', acme, '--check')
  expect([status.exitCode, status.stdout]).toEqual([3, expect.stringContaining(`! acme ${id}: ${told}`)])
  await account.upsertConversation({ oaId: sourceOaId, customerId: 'after it' })
  const next = await moves.start(skip)
  await work(store, { stopWhenIdle: true, clock: sleepless(), logger: silent })
  expect((await run('status', acme, '--check')).exitCode).toBe(0)
  expect((await run('watch', next.id, acme)).stdout).not.toContain('!')
})
