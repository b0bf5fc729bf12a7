import type { Comparison } from '../comparison.js'
import { fillCustomers, type Population } from './customers.js'
import { type BenchDatabase, type DatabaseOptions, openDatabase } from './database.js'
import { requireSameRows, tally } from './same-rows.js'

/** Opens a database with the same tables and the same customers for every rival, each in a schema of its own. */
export async function openSchemas(
  options: DatabaseOptions & { readonly schemas: readonly string[] },
  population: Population,
): Promise<BenchDatabase> {
  const database = await openDatabase(options)
  try {
    for (const schema of options.schemas) {
      await database.createTables(schema)
      await fillCustomers(database, schema, population)
    }
    await settle(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Gives the planner its statistics, and leaves nothing that a vacuum or a checkpoint would do while we measure. */
export async function settle(database: BenchDatabase): Promise<void> {
  await database.query('vacuum (freeze, analyze)')
  await database.query('checkpoint')
}

/**
 * Lets every variant do the same operations, and checks that they left the same rows. `schemas` are the variants' own,
 * in the variants' order. On a failure it closes the comparison, because its opener cannot.
 */
export async function rehearsed(
  comparison: Comparison,
  database: BenchDatabase,
  schemas: readonly string[],
  times = 3,
): Promise<Comparison> {
  try {
    const before = await tally(database, schemas[0] ?? '')
    const callers = Math.max(...comparison.concurrency)
    for (const { name, operation } of comparison.variants) {
      for (const caller of [0, callers - 1, 0].slice(0, times))
        await operation(caller).catch((cause: unknown) => {
          throw new Error(`${comparison.id}: ${name}: ${cause instanceof Error ? cause.message : cause}`, { cause })
        })
    }
    await requireSameRows(database, schemas, before)
    return comparison
  } catch (error) {
    await comparison.close()
    throw error
  }
}
