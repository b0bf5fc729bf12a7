import { describe, expect, test } from 'vitest'
import { migrateTarget, previewTarget } from '../../src/migrator/kernel/run-target.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { emptyDatabase, migration as mongoMigration, run as mongoRun } from '../mongo/migration-runs.js'
import { logger, migration as postgresMigration, scratchTarget } from '../postgres/migrate-target.js'

/** Fails with a connection string so long that a reason cut at its usual length loses the host behind the password. */
async function up(): Promise<void> {
  throw new Error(`${'far away '.repeat(5)} postgres://app:hunter/2@${'x'.repeat(300)}@${'host'.repeat(100)}/db is down`)
}

describe("a host's migration that fails with a connection string", () => {
  test.skipIf(isServerAbsent('postgres'))('is told and kept without its password on PostgreSQL', async () => {
    const target = scratchTarget().target(postgresMigration({ id: '001-users', up }))
    const run = { indexSet: 'platform', lockWaitMs: 10_000, signal: null, logger, batchSize: 10, allowOutOfOrder: false } as const
    const told = [
      await previewTarget(target, run),
      await migrateTarget(target, run).catch(({ message, details }) => ({ message, details })),
      await target.readLedger(),
    ]
    requireNoSecret(told)
  })

  test.skipIf(isServerAbsent('mongoReplicaSet'))('is told and kept without its password on MongoDB', async () => {
    await using database = await emptyDatabase(serverUrl('mongoReplicaSet'))
    const target = database.target([mongoMigration({ up })])
    const told = [
      await previewTarget(target, mongoRun()),
      await migrateTarget(target, mongoRun()).catch(({ message, details }) => ({ message, details })),
      await target.readLedger(),
    ]
    requireNoSecret(told)
  })
})

function requireNoSecret(told: readonly unknown[]): void {
  for (const each of told) {
    expect(JSON.stringify(each)).toContain('postgres://')
    expect(JSON.stringify(each)).not.toMatch(/hunter|xxx/)
  }
}
