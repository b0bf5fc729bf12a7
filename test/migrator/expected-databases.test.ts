import { expect, test } from 'vitest'
import type { MigrationDatabases } from '../../src/migrator/databases.js'
import { overDatabases } from '../../src/migrator/over-databases.js'

test('tenants that a stopped run does not reach say so', async () => {
  const databases = {
    publicTarget: { database: 'public' },
    async *tenants() {
      yield { tenantId: 'acme', database: 'acme' }
    },
  } as unknown as MigrationDatabases
  const done = { state: 'up-to-date' as const, why: '' }
  const passOver = (_: string | null, __: string | null, ___: string, why: string) => ({ ...done, why })
  const signal = AbortSignal.abort()
  const { tenants } = await overDatabases(
    databases,
    { signal },
    { concurrency: 1, onError: 'continue' },
    { run: async () => done, passOver },
  )
  expect(tenants.map(({ why }) => why)).toEqual(['the run was stopped'])
})

test('a source that fails while its tenants are counted is told as one that failed, and ends nothing', async () => {
  const fails = async (): Promise<never[]> => {
    throw new Error('the source is away')
  }
  const databases = {
    publicTarget: { database: 'public' },
    failures: { list: fails },
    countTenants: fails,
    async *tenants() {
      yield* await fails()
    },
  } as unknown as MigrationDatabases
  const done = { state: 'up-to-date' as const }
  const told: number[] = []
  const work = { run: async () => done, passOver: () => done, expect: (count: number) => told.push(count) }
  for (const choice of [{}, { retryFailed: true }]) {
    const { sourceFailure } = await overDatabases(databases, choice, { concurrency: 1, onError: 'continue' }, work)
    expect(sourceFailure?.message).toContain('the source is away')
  }
  expect(told).toEqual([])
})
