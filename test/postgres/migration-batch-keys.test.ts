import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isServerAbsent } from '../contract/server.js'
import { type KeyType, keyTypes } from './key-types.js'
import { migrate, migration, type ScratchTarget, scratchTarget } from './migrate-target.js'

const run = { numRuns: 4, endOnFailure: true }

/** Makes the schema. */
const nothing = migration({ id: '001-nothing', steps: [{ name: 'nothing', sql: 'select 1' }] })

/** Makes a table with keys of these types, and returns a pass over it. Its rows are numbered. */
async function tableOf({ target, schema, query }: ScratchTarget, types: readonly KeyType[]) {
  await migrate(target(nothing))
  for (const each of new Set(types.flatMap(({ made }) => made?.(schema) ?? []))) await query(each)
  const names = types.map((_, at) => `k${at}`)
  const inSchema = (text: string) => query(`set search_path to ${schema}, public; ${text}; reset search_path`)
  const columns = types.map(({ type }, at) => `k${at} ${type} not null`).join(', ')
  await inSchema(`create table items (number int not null, ${columns}, primary key (${names.join(', ')}))`)
  const values = types.map(({ type }, at) => `(v ->> ${at})::${type.replace(/ collate.*/, '')}`).join(', ')
  let passes = 0
  return {
    async fill(rows: readonly (readonly string[])[]) {
      const json = JSON.stringify(rows).replaceAll("'", "''")
      await inSchema(
        `delete from items; insert into items select n, ${values} from json_array_elements('${json}'::json) with ordinality r (v, n) on conflict do nothing`,
      )
      return (await query(`select number from ${schema}.items order by number`)).map(({ number }) => number)
    },
    /** The numbers of the rows that a pass goes over, in pages of three. */
    async visited(tx: boolean) {
      const seen: unknown[] = []
      passes += 1
      const pass = migration({
        id: `${String(passes + 1).padStart(3, '0')}-pass`,
        tx,
        repeatable: true,
        revision: String(passes),
        up: async (_, { batch }) =>
          batch({ table: 'items', key: names, size: 3 }, async (rows) => {
            seen.push(...rows.map(({ number }) => number))
          }),
      })
      await migrate(target(nothing, pass))
      return seen.sort((a, b) => Number(a) - Number(b))
    },
  }
}

describe.skipIf(isServerAbsent('postgres'))('context.batch goes over each row once', () => {
  test.each(keyTypes)('by a key of the type $type', async (each) => {
    const scratch = scratchTarget()
    if (each.extension !== undefined && !(await hasExtension(scratch, each.extension))) return
    const table = await tableOf(scratch, [each])
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(each.values), { maxLength: 10 }), fc.boolean(), async (rows, tx) => {
        const there = await table.fill(rows)
        expect(await table.visited(tx)).toEqual(there)
      }),
      run,
    )
  })

  test('by keys of several columns of any types', async () => {
    const withoutExtensions = keyTypes.filter(({ extension }) => extension === undefined)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...withoutExtensions), { minLength: 2, maxLength: 3 }), fc.gen(), async (types, gen) => {
        const table = await tableOf(scratchTarget(), types)
        const rows = Array.from({ length: 9 }, () => types.map(({ values }) => gen(() => values)))
        const there = await table.fill(rows)
        expect(await table.visited(false)).toEqual(there)
      }),
      { ...run, numRuns: 12 },
    )
  })

  test('although rows are deleted meanwhile, and ends well', async () => {
    const scratch = scratchTarget()
    const table = await tableOf(scratch, [{ type: 'int', values: fc.constant('1') }])
    await table.fill(Array.from({ length: 9 }, (_, n) => [String(n)]))
    const seen: unknown[] = []
    const deleting = migration({
      id: '003-deleting',
      tx: false,
      up: async (_, { batch }) =>
        batch({ table: 'items', key: 'k0', size: 2 }, async (rows) => {
          seen.push(...rows.map(({ k0 }) => k0))
          await scratch.query(`delete from ${scratch.schema}.items where k0 = 7`)
        }),
    })
    await migrate(scratch.target(nothing, deleting))
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 8])
  })

  test('or fails: a key that comes back from its text as another is refused, and so is an order that hides rows', async () => {
    const scratch = scratchTarget()
    const { schema, query, target } = scratch
    const table = await tableOf(scratch, [keyTypes.find(({ type }) => type === 'mood') ?? { type: 'int', values: fc.constant('1') }])
    await table.fill([['sad'], ['ok']])
    await query(`create function ${schema}.lossy(text) returns ${schema}.mood language sql immutable as $$ select 'sad'::${schema}.mood $$`)
    await query(`create cast (text as ${schema}.mood) with function ${schema}.lossy(text)`)
    await expect(table.visited(true)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      message: expect.stringContaining('batch.key: of items has a value whose text does not lead back to it'),
    })
    await query(`create table ${schema}.turned (id int primary key)`)
    await query(`insert into ${schema}.turned select n from generate_series(1, 9) n`)
    await query(
      `create function ${schema}.below_five(int, int) returns bool language sql immutable as 'select $1 operator(pg_catalog.>) $2 and $1 < 5'`,
    )
    await query(`create operator ${schema}.> (leftarg = int, rightarg = int, function = ${schema}.below_five)`)
    const hiding = migration({
      id: '004-hiding',
      up: async (session, { batch }) => {
        await session.query(`set local search_path to ${schema}, pg_catalog`)
        await batch({ table: 'turned', key: 'id', size: 2 }, async () => {})
      },
    })
    await expect(migrate(target(nothing, hiding))).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining(
        'the pass over turned went over 4 of 9 rows: the order of its key contradicts the comparison of its values at 5 of them',
      ),
    })
    expect((await target(hiding).readLedger()).entries.at(-1)).toMatchObject({ id: '@004', state: 'failed' })
  })
})

async function hasExtension({ query }: ScratchTarget, name: string): Promise<boolean> {
  const [found] = await query('select 1 from pg_available_extensions where name = $1', [name])
  if (found === undefined) return false
  await query(`create extension if not exists ${name} with schema public`)
  return true
}
