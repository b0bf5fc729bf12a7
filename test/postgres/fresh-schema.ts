import { PGlite } from '@electric-sql/pglite'
import { ledgerSql } from '../../src/postgres/migrator/ledger.js'
import { createNames } from '../../src/postgres/names.js'
import { createPgliteExecutor } from '../../src/postgres/pglite-executor.js'
import { readCatalog } from '../../src/postgres/schema/catalog.js'
import { migrationSteps } from '../../src/postgres/schema/steps.js'

/**
 * The objects that the steps make in an empty database, without the functions. `expectedObjects` must list exactly
 * these.
 */
export async function freshSchema(): Promise<Record<string, string>> {
  const names = createNames({})
  const pglite = new PGlite()
  const executor = createPgliteExecutor(pglite)
  await pglite.exec(ledgerSql(names))
  for (const step of migrationSteps) for (const statement of step.statements(names, { partitions: null })) await pglite.exec(statement)
  const catalog = await readCatalog(executor, names)
  await pglite.close()
  const entries = [...catalog].filter(([object]) => !object.startsWith('function '))
  return Object.fromEntries(entries.map(([object, definitions]) => [object, [...definitions].join()] as const).sort())
}
