import { PGlite } from '@electric-sql/pglite'
import { readCatalog } from '../../src/postgres/migrations/catalog.js'
import { ledgerSql } from '../../src/postgres/migrations/ledger.js'
import { migrationSteps } from '../../src/postgres/migrations/steps.js'
import { createNames } from '../../src/postgres/names.js'
import { createPgliteExecutor } from '../../src/postgres/pglite-executor.js'

/** The text of src/postgres/migrations/expected-schema.ts, from a database that has just been migrated. */
export async function expectedSchemaSource(): Promise<string> {
  const names = createNames({})
  const pglite = new PGlite()
  const executor = createPgliteExecutor(pglite)
  await executor.transaction(async ({ script }) => {
    await script(ledgerSql(names))
    for (const step of migrationSteps) for (const statement of step.statements(names, { partitions: null })) await script(statement)
  })
  const catalog = await readCatalog(executor, names)
  await pglite.close()
  const entries = [...catalog]
    .filter(([object]) => !object.startsWith('function '))
    .map(([object, definitions]) => `  ${literal(object)}: ${literal([...definitions].join())},`)
    .sort()
  return `// Written by scripts/write-expected-schema.ts from a fresh database; a test tells when it is out of date.

/** What the steps make, functions aside: an object in words, and how it is defined. */
export const expectedObjects: Readonly<Record<string, string>> = {
${entries.join('\n')}
}
`
}

function literal(text: string): string {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`
}
