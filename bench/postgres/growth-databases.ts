import { fillCustomers } from './customers.js'
import { type BenchDatabase, databaseExists, openDatabase, renameDatabase } from './database.js'
import { settle } from './prepare.js'

/** How many customers write at present, which is the same in a small and in a large database. */
export const busyCustomers = 2_000

/**
 * Opens a copy of a database with so many conversations, a tenth of them with messages. The original is made once per
 * server and stays there, because it takes longer to make than to copy.
 */
export async function openGrown(server: string, name: string, customers: number): Promise<BenchDatabase> {
  const template = `bench_growth_${customers}`
  if (!(await databaseExists(server, template))) await buildTemplate(server, template, customers)
  return openDatabase({ server, name, template })
}

async function buildTemplate(server: string, template: string, customers: number): Promise<void> {
  const building = `${template}_building`
  const database = await openDatabase({ server, name: building })
  try {
    await database.createTables('ours')
    await withoutIndexes(database, 'ours', () => fillCustomers(database, 'ours', { customers, withMessages: customers / 10 }))
    await settle(database)
  } catch (error) {
    await database.close()
    throw error
  }
  await database.disconnect()
  // The template gets its name only now, so that one that was left half-filled is never taken for it.
  await renameDatabase(server, building, template)
}

/** Drops the indexes while a schema is filled, and builds them at the end, which is several times faster. */
export async function withoutIndexes(database: Pick<BenchDatabase, 'query'>, schema: string, fill: () => Promise<void>): Promise<void> {
  const indexes = await database.query<{ name: string; definition: string }>(
    `select quote_ident(i.schemaname) || '.' || quote_ident(i.indexname) as name, i.indexdef as definition from pg_indexes i
     where i.schemaname = $1 and not exists (select from pg_constraint c where c.conname = i.indexname and c.connamespace = i.schemaname::regnamespace)`,
    [schema],
  )
  for (const { name } of indexes) await database.query(`drop index ${name}`)
  await fill()
  for (const { definition } of indexes) await database.query(definition)
}
