import { describe, expect, test } from 'vitest'
import { previewTarget } from '../../src/migrator/kernel/run-target.js'
import { postgres, schemaSql } from '../../src/postgres/index.js'
import { runnableMigrations } from '../../src/postgres/migrator/runnable.js'
import { latestSchema, storeMigrations } from '../../src/postgres/schema/steps.js'
import { logger, migrate, migration, revert, scratchTarget } from './migrate-target.js'
import { newSchemaName, onServer, scratchPool } from './scratch-schema.js'
import { seedConversation } from './seed.js'

const run = { indexSet: 'store', lockWaitMs: 0, signal: null, logger, batchSize: 1, allowOutOfOrder: false } as const

const answers = (version: string, answer: number) =>
  migration({
    id: `${version}-answers`,
    repeatable: true,
    steps: [
      {
        name: 'answer',
        sql: ({ quotedSchema }) => `create or replace function ${quotedSchema}.answer() returns int language sql as 'select ${answer}'`,
        inShort: () => ['create or replace function answer'],
      },
    ],
    down: [{ name: 'drop', sql: ({ quotedSchema }) => `drop function ${quotedSchema}.answer()` }],
  })

describe('a repeatable migration', () => {
  test('runs again when its text is another, and is told as one entry', async () => {
    const { target, schema, query } = scratchTarget()
    expect(await migrate(target(answers('001', 1)))).toEqual(['@answers'])
    expect(await migrate(target(answers('001', 1)))).toEqual([])
    expect(await migrate(target(answers('002', 2)))).toEqual(['@answers'])
    expect(await query(`select "${schema}".answer()`)).toEqual([{ answer: 2 }])
    expect((await target(answers('002', 2)).readLedger()).entries).toMatchObject([
      { id: '@answers', version: '002', name: '002-answers', state: 'applied', steps: ['answer'], attempts: 2 },
    ])
  })

  test('is never put back by an older program, also where both saw it pending', async () => {
    const { target, schema, query } = scratchTarget()
    const older = target(answers('001', 1))
    await migrate(target(answers('002', 2)))
    await expect(migrate(older)).rejects.toMatchObject({ code: 'MIGRATION_REFUSED', details: { newer: ['@answers'], changed: [] } })
    // Behind a pooler, a run gives up the lock of its transaction for a moment before it takes the lock of the session.
    // This is the state after another program has migrated in that moment.
    const locked = await older.lock({ waitMs: 1000, signal: null, onWait() {} })
    const [runnable] = runnableMigrations([answers('001', 1)])
    if (runnable === undefined) throw new TypeError('there is one')
    const context = { signal: new AbortController().signal, logger, batchSize: 1, onStep() {} }
    await expect(locked.apply(runnable, ['answer'], context)).rejects.toMatchObject({ code: 'MIGRATION_REFUSED' })
    await locked.release()
    expect(await query(`select "${schema}".answer()`)).toEqual([{ answer: 2 }])
    expect((await older.readLedger()).entries).toMatchObject([{ version: '002', state: 'applied', attempts: 1 }])
    await revert(target(answers('002', 2)))
    expect(await migrate(older)).toEqual(['@answers'])
  })

  test('is previewed by a line for each function', async () => {
    const { target } = scratchTarget()
    expect(await previewTarget(target(answers('001', 1)), run)).toMatchObject([
      { migration: '@answers', steps: [{ would: ['create or replace function answer'] }] },
    ])
  })

  test('needs a name of its own after its digits', () => {
    expect(() => runnableMigrations([{ ...answers('001', 1), id: '001' }])).toThrow('must have a name after its digits')
    expect(() => runnableMigrations([answers('001', 1), answers('002', 2)])).toThrow('has the identity of another migration')
  })
})

const functionsName = storeMigrations.at(-1)?.id ?? ''

describe("the store's functions", () => {
  const checksum = (schema: string, set: string) =>
    `update "${schema}".conversation_store_migrations set ${set} where id = 'conversation-store/@functions'`

  test('are made anew where an older release left them, and the store serves on', async () => {
    const scratch = await onServer()
    const { adapter, schema, query } = scratch
    await query(`drop function "${schema}".connect_inbox; ${checksum(schema, "checksum = 'older', version = '001'")}`)
    expect(await adapter.checkSchema()).toMatchObject({
      ok: false,
      missing: ['function connect_inbox', `the functions of schema ${latestSchema}`],
      different: [],
    })
    expect(await adapter.migrate()).toEqual({ applied: [functionsName], schema: latestSchema })
    expect(await adapter.migrate()).toEqual({ applied: [], schema: latestSchema })
    expect(await adapter.checkSchema()).toEqual({ ok: true, schema: latestSchema, missing: [], different: [] })
    await seedConversation(scratch, { customerId: 'lan' })
  })

  test('of a newer release serve an older one, which does not put its own back', async () => {
    const scratch = await onServer()
    const { adapter, schema, query } = scratch
    const newer = latestSchema + 1
    await query(checksum(schema, `checksum = 'newer', version = '${String(newer).padStart(3, '0')}'`))
    await seedConversation(scratch, { customerId: 'lan' })
    await expect(adapter.migrate()).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW', details: { found: newer, supported: latestSchema } })
    expect(await adapter.checkSchema()).toMatchObject({
      missing: [],
      different: [`schema ${newer}, which is newer than this library's ${latestSchema}`],
    })
  })

  test('keep what the host has granted after they were made anew, and checkSchema tells it', async () => {
    const { adapter, schema, query } = await onServer()
    await query(`grant execute on function "${schema}".new_row_id() to public; ${checksum(schema, "checksum = 'older'")}`)
    await adapter.migrate()
    expect(await adapter.checkSchema()).toMatchObject({
      different: ['function new_row_id'],
      rights: ['the role public has rights on new_row_id'],
    })
  })

  test('are previewed by a line each', async () => {
    const { target } = scratchTarget()
    const functions = (await previewTarget(target(...storeMigrations), run)).at(-1)
    const lines = functions?.steps.flatMap(({ would }) => would) ?? []
    expect(lines.length).toBeGreaterThan(10)
    for (const line of lines) expect(line).toMatch(/^create or replace function "\w+"\."\w+" \(\d+ characters\)$/)
  })

  test('are recorded by the schema as SQL text', async () => {
    const pool = scratchPool()
    const schema = newSchemaName()
    await pool.query(schemaSql({ schema }))
    const { rows } = await pool.query(`select id, version from "${schema}".conversation_store_migrations order by seq`)
    expect(rows.at(0)).toEqual({ id: 'conversation-store/@001', version: '001' })
    expect(rows.at(-1)).toEqual({ id: 'conversation-store/@functions', version: functionsName.slice(0, 3) })
    expect(rows.length).toBe(storeMigrations.length)
    expect(await postgres({ pool, schema }).migrate()).toEqual({ applied: [], schema: latestSchema })
  })
})
