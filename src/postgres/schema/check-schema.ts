import { createHash } from 'node:crypto'
import type { SchemaReport } from '../../store/adapter.js'
import type { Executor } from '../executor.js'
import { functionsOf } from '../functions/functions.js'
import type { Names } from '../names.js'
import { translated } from '../translate-error.js'
import { readCatalog } from './catalog.js'
import { expectedObjects } from './expected-schema.js'
import { latestStep } from './steps.js'
import { appliedStoreMigrations, changedMigrations, missingMigrations, schemaNumber, stepInWords } from './store-schema.js'

/** Compares what the database holds with what the steps make. Reads only; needs no rights beyond reading the ledger. */
export async function checkSchema(executor: Executor, names: Names): Promise<SchemaReport> {
  const applied = await appliedStoreMigrations(executor, names)
  const found = await translated(() => readCatalog(executor, names))
  const expected = [...Object.entries(expectedObjects), ...expectedFunctions(names)]
  const missingTables = new Set(expected.filter(([object]) => object.startsWith('table ') && !found.has(object)).map(([object]) => object))
  const absent = expected.filter(([object, definition]) => !found.has(object) && !missingTables.has(`table ${tableOf(object, definition)}`))
  const unlike = expected.filter(([object, definition]) => found.get(object)?.has(definition) === false)
  const schema = schemaNumber(applied)
  const newer = schema > latestStep ? [`schema ${schema}, which is newer than this library's ${latestStep}`] : []
  const missing = [...absent.map(([object]) => object), ...missingMigrations(applied).map(stepInWords)]
  const different = [...newer, ...unlike.map(([object]) => object), ...changedMigrations(applied).map(stepInWords)]
  return { ok: missing.length === 0 && different.length === 0, schema, missing, different }
}

/** The table that an object belongs to: a table that is missing is told once, not with all its columns. */
function tableOf(object: string, definition: string): string | undefined {
  return /^(?:column|check on) (\w+)/.exec(object)?.[1] ?? (object.startsWith('index ') ? /\bon (\w+)/.exec(definition)?.[1] : undefined)
}

/** The functions hold the names of the tables, so they are expected for each store as its own steps make them. */
function expectedFunctions(names: Names): readonly (readonly [string, string])[] {
  return functionsOf(names).map(({ name, body }) => [`function ${name}`, createHash('sha256').update(body).digest('hex')])
}
