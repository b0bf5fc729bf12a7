import { describe, expect, test } from 'vitest'
import { previewTarget } from '../../src/migrator/kernel/run-target.js'
import { postgresDatabases } from '../../src/platform/postgres/databases.js'
import { planIndexSync } from '../../src/postgres/migrator/indexes/plan-index-sync.js'
import type { PostgresMigration } from '../../src/postgres/migrator/migration.js'
import { runnableMigrations } from '../../src/postgres/migrator/runnable.js'
import { isServerAbsent } from '../contract/server.js'
import { emptySchema, openSession } from './index-scratch.js'
import { logger, migrate, migration, revert, scratchTarget, users } from './migrate-target.js'
import { scratchPool } from './scratch-schema.js'

const run = { indexSet: 'platform', lockWaitMs: 0, signal: null, logger, batchSize: 10, allowOutOfOrder: false } as const

test.each<[string, Partial<PostgresMigration> & { readonly id: string }]>([
  ['migrations.create-users: must begin with digits, its version: 001-create-users', { id: 'create-users' }],
  ['migrations.001: must have a name after its digits: 001-functions', { id: '001', repeatable: true }],
  ['migrations.001-a: has two steps, or two indexes, of one name', { id: '001-a', steps: [users, users].flatMap(({ steps }) => steps) }],
])('a registry says: %s', (words, fields) => {
  expect(() => runnableMigrations([migration(fields)])).toThrow(words)
})

test.each(['pg_catalog', 'PG_toast', 'information_schema'])('the schema %s is refused as one of PostgreSQL', (publicSchema) => {
  const open = () => postgresDatabases({ pool: scratchPool(), publicSchema, migrations: [] })
  expect(open).toThrow('schema: must be a schema of your own, not one of PostgreSQL')
})

describe.skipIf(isServerAbsent('postgres'))('on PostgreSQL', () => {
  test('a dry run tells what its code throws', async () => {
    const { target } = scratchTarget()
    await migrate(target(users))
    const code = migration({
      id: '002-code',
      async up() {
        throw new Error('no Lan at postgres://u:secret@db/chat')
      },
    })
    const [preview] = await previewTarget(target(users, code), run)
    expect(preview?.steps[0]?.obstacles).toEqual(['it throws as things are: no Lan at postgres://***@db/chat'])
  })

  test('a migration without a way back says what it needs', async () => {
    const { target } = scratchTarget()
    await migrate(target(users))
    await expect(revert(target(users))).rejects.toThrow('UNSUPPORTED: the way back of @001 needs a `down` in its definition')
  })

  test('a pass by a key that does not tell rows apart is refused by the field', async () => {
    const { target, schema, query } = scratchTarget()
    await query(`create schema "${schema}"`)
    await query(`create table "${schema}".things (id int, other int not null)`)
    for (const key of ['id', 'other']) {
      const code = migration({ id: '001-code', tx: false, up: (_, { batch }) => batch({ table: 'things', key }, async () => {}) })
      await expect(migrate(target(code))).rejects.toThrow('batch.key: must be columns of things, not null and unique together')
    }
  })

  test('a role that is to serve and is not there is named by its place', async () => {
    const { target } = scratchTarget()
    await expect(migrate(target(users), { servingRoles: ['nobody_of_that_name'] })).rejects.toThrow(
      'servingRoles[0]: is no role of this server',
    )
  })

  test('an index that another builds is told by a plan, with its backend', async () => {
    const schema = await emptySchema()
    const [session, writer, builder] = [await openSession(), await openSession(), await openSession()]
    await session.query(`create table "${schema}".users (a int); insert into "${schema}".users values (1)`)
    await writer.query(`begin; update "${schema}".users set a = 2`)
    const building = builder.query(`create index concurrently idx_a on "${schema}".users (a)`)
    const isThere = async () => (await session.query(`select from pg_stat_progress_create_index where pid = ${builder.pid}`)).length > 0
    while (!(await isThere())) {}
    const [planned] = await planIndexSync(session, schema, [{ table: 'users', name: 'idx_a', columns: 'a' }], {
      indexSet: null,
      prune: false,
      collection: null,
    })
    expect(planned?.obstacles).toEqual([`backend ${builder.pid} is building it, and is waited for`])
    await writer.query('commit')
    await building
  })
})
