import { expect, test } from 'vitest'
import { inboxMigrations } from '../../src/inbox-migrations/inbox-migrations.js'
import { progressOf } from '../../src/inbox-migrations/progress.js'
import { between, destinationOaId, house, sleepless } from './moving.js'

test('who stays is done as well while a pass looks at them', async () => {
  const { account, advance } = await house(8)
  // The first four are known in the destination, and stay.
  for (let n = 0; n < 4; n++) await account.upsertConversation({ oaId: destinationOaId, customerId: `c${n}` })
  const moves = inboxMigrations(account, { clock: sleepless() })
  const { id } = await moves.start({ ...between, onActiveConflict: 'skip' })
  const told: unknown[] = []
  for await (const { migration, percentage, remainingMs } of moves.watch(id)) {
    const { batches: expectedBatches, moved, skipped, pass } = migration
    told.push([pass, moved.conversations, skipped, percentage, remainingMs])
    if (migration.completedAt === null) await account.moveInboxBatch({ migrationId: id, expectedBatches, people: 2 })
    advance(1_000)
  }
  expect(told).toEqual([
    [1, 0, 0, 0, null],
    [1, 0, 2, 25, null],
    [1, 0, 4, 50, 1_000],
    [1, 2, 4, 75, 667],
    // The next pass looks at the four who stay once more.
    [2, 4, 0, 99, 1_500],
    [2, 4, 2, 99, 800],
    [2, 4, 4, 100, null],
  ])
})

test('a migration that nobody has counted tells no end', async () => {
  const { account, advance } = await house(2)
  const begun = await account.beginInboxMigration({ ...between, onActiveConflict: 'skip' })
  const batch = (expectedBatches: number) => account.moveInboxBatch({ migrationId: begun.id, expectedBatches, people: 1 })
  await batch(0)
  advance(1_000)
  expect(progressOf(await batch(1))).toMatchObject({ percentage: 0, conversationsPerSecond: 2, remainingMs: null })
})
