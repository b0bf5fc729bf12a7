import type { SchemaReport } from '../../store/adapter.js'
import type { Executor } from '../executor.js'
import type { Names } from '../names.js'
import { translated, translateError } from '../translate-error.js'
import { readCatalog } from './catalog.js'
import { expectedObjects } from './expected-schema.js'
import { latestSchema } from './steps.js'
import { examineStore, migrationsInWords, missingMigrations, readStoreLedger, schemaNumber } from './store-schema.js'

/**
 * Compares what the database holds with what the steps make. It only reads, and it needs no rights beyond reading the
 * ledger.
 */
export async function checkSchema(executor: Executor, names: Names): Promise<SchemaReport> {
  const ledger = await readStoreLedger(executor, names)
  const examination = examineStore(ledger)
  const found = await translated(() => readCatalog(executor, names), translateError)
  const expected = expectedObjects(names)
  const missingTables = new Set(expected.filter(([object]) => object.startsWith('table ') && !found.has(object)).map(([object]) => object))
  const absent = expected.filter(([object, definition]) => !found.has(object) && !missingTables.has(`table ${tableOf(object, definition)}`))
  const unlike = expected.filter(([object, definition]) => found.get(object)?.has(definition) === false)
  const schema = schemaNumber(ledger)
  const newer = schema > latestSchema ? [`schema ${schema}, which is newer than this library's ${latestSchema}`] : []
  const missing = [...absent.map(([object]) => object), ...missingMigrations(examination)]
  const different = [...newer, ...unlike.map(([object]) => object), ...migrationsInWords(examination.changed)]
  return { ok: missing.length === 0 && different.length === 0, schema, missing, different }
}

/** The table that an object belongs to. With it, a missing table is reported once and without all its columns. */
function tableOf(object: string, definition: string): string | undefined {
  return /^(?:column|check on) (\w+)/.exec(object)?.[1] ?? (object.startsWith('index ') ? /\bon (\w+)/.exec(definition)?.[1] : undefined)
}
