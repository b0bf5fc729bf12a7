import type { SchemaReport } from '../../store/adapter.js'
import type { Executor } from '../executor.js'
import type { Names } from '../names.js'
import { translated, translateError } from '../translate-error.js'
import { readCatalog } from './catalog.js'
import { examineRights } from './examine-rights.js'
import { expectedObjects } from './expected-schema.js'
import { foreignIndexesIn } from './foreign-indexes.js'
import { latestSchema } from './steps.js'
import { examineStore, migrationsInWords, missingMigrations, readStoreLedger, schemaNumber } from './store-schema.js'
import { isOfSync, syncTable } from './sync-objects.js'

/**
 * Compares what the database holds with what the steps make. It only reads, and it needs no rights beyond reading the
 * ledger.
 */
export async function checkSchema(executor: Executor, names: Names): Promise<SchemaReport> {
  const ledger = await readStoreLedger(executor, names)
  const examination = examineStore(ledger)
  const found = await translated(() => readCatalog(executor, names), translateError)
  // A store may do without the sync. One that has not come to it yet lacks its step.
  const isOptional = found.has(`table ${syncTable}`) ? () => false : isOfSync
  const expected = expectedObjects(names).filter(([object, definition]) => !isOptional(object, ownerOf(object, definition)))
  const missingRelations = new Set(expected.flatMap(([object]) => (found.has(object) ? [] : relationOf(object))))
  const absent = expected.filter(([object, definition]) => !found.has(object) && !missingRelations.has(ownerOf(object, definition) ?? ''))
  const unlike = expected.filter(([object, definition]) => found.get(object)?.has(definition) === false)
  const schema = schemaNumber(ledger)
  const newer = schema > latestSchema ? [`schema ${schema}, which is newer than this library's ${latestSchema}`] : []
  const missing = [...absent.map(([object]) => object), ...missingMigrations(examination)]
  const different = [...newer, ...unlike.map(([object]) => object), ...migrationsInWords(examination.changed)]
  const rights = await translated(() => examineRights(executor, names))
  const foreign = foreignIndexesIn(found)
  return {
    ok: missing.length === 0 && different.length === 0 && foreign.length === 0,
    schema,
    missing,
    different,
    ...(foreign.length > 0 && { foreign }),
    ...(rights.length > 0 && { rights }),
  }
}

/** The name of a table or a view, if the object is one. */
function relationOf(object: string): readonly string[] {
  return /^(?:table|view) (\w+)/.exec(object)?.slice(1) ?? []
}

/**
 * The table or view that an object belongs to. With it, a missing one is reported once and without all its columns.
 */
function ownerOf(object: string, definition: string): string | undefined {
  return /^(?:column|check on) (\w+)/.exec(object)?.[1] ?? (object.startsWith('index ') ? /\bon (\w+)/.exec(definition)?.[1] : undefined)
}
