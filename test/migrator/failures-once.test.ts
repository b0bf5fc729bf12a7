import { expect, test } from 'vitest'
import { createMigrator } from '../../src/migrator/create-migrator.js'
import type { MigrationDatabases } from '../../src/migrator/databases.js'

/** A platform of two tenants that failed, which counts how often somebody asks for them. */
function failedTenants() {
  const target = (database: string) => ({
    database,
    migrations: [],
    readLedger: async () => ({ entries: [] }),
    compareIndexes: async () => [],
    previewIndexes: async () => [],
  })
  let listed = 0
  const cleared: string[] = []
  const databases = {
    engine: 'postgres',
    migrations: [],
    publicTarget: target('public'),
    tenantTarget: target,
    async *tenants(only: readonly string[] | null) {
      for (const tenantId of only ?? ['acme', 'umbrella', 'globex']) yield { tenantId, database: tenantId }
    },
    countTenants: async () => 3,
    failures: {
      async list() {
        listed++
        return ['acme', 'umbrella'].map((tenantId) => ({ tenantId }))
      },
      async clear(tenantId: string) {
        cleared.push(tenantId)
      },
      async record() {},
    },
    diagnose: async () => [],
  } as unknown as MigrationDatabases
  return { migrator: createMigrator({ databases }), cleared, listed: () => listed }
}

test('a run over the tenants that failed lists them once, to count them, to work on them, and to clear them', async () => {
  const { migrator, cleared, listed } = failedTenants()
  const expected: (number | null)[] = []
  const onProgress = (progress: { readonly expected: number | null }) => expected.push(progress.expected)
  const report = await migrator.migrate({ retryFailed: true, onProgress })
  expect(report.tenants.map(({ tenantId }) => tenantId)).toEqual(['acme', 'umbrella'])
  expect(new Set(expected)).toEqual(new Set([2]))
  expect(cleared.sort()).toEqual(['acme', 'umbrella'])
  expect(listed()).toBe(1)
})

test('a sync of their indexes lists them once too, and the next run anew', async () => {
  const { migrator, listed } = failedTenants()
  await migrator.syncIndexes({ retryFailed: true, onProgress() {} })
  expect(listed()).toBe(1)
  await migrator.syncIndexes({ retryFailed: true, onProgress() {} })
  expect(listed()).toBe(2)
})
