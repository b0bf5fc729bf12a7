import type { Ledger } from '../../migrator/kernel/ledger.js'
import { ConversationStoreError } from '../../model/errors.js'
import { columns } from '../columns.js'
import type { Executor } from '../executor.js'
import type { Names } from '../names.js'
import { flag } from '../readers.js'
import { closeLedgerSql } from '../schema/rights.js'
import { compile, sql } from '../sql.js'
import { isUndefinedObject, sqlState, translateKnown } from '../translate-error.js'
import type { RunConnection } from './connection.js'
import { ledgerSql, readLedgerStatement, toLedger } from './ledger.js'
import type { RunLock } from './run-lock.js'

/**
 * Reads the ledger. It is empty if the table or the schema doesn't exist. Throws UNSUPPORTED if another object has the
 * ledger's name.
 */
export async function readLedger(executor: Executor, names: Names): Promise<Ledger> {
  try {
    return toLedger(await executor.run(readLedgerStatement(names), null))
  } catch (error) {
    if (/^(42P01|3F000)$/.test(sqlState(error) ?? '')) return { entries: [] }
    if (isUndefinedObject(error)) throw nameTaken(`${names.prefix}conversation_store_migrations`, error)
    throw translateKnown(error, { operationId: null, inTransaction: executor.inTransaction })
  }
}

/**
 * Reads the ledger within a transaction. A query of a missing table would end the transaction, so this looks for the
 * table first.
 */
export async function readLedgerOn(connection: RunConnection, names: Names): Promise<Ledger> {
  if (!(await hasLedger(connection, names))) return { entries: [] }
  return toLedger(await connection.run(readLedgerStatement(names)))
}

/**
 * Creates the schema and the ledger if they are missing. Something that doesn't take the migrator's lock, such as a
 * pasted schemaSql(), may create the same at this moment, so a name collision is tried once more.
 */
export async function ensureLedger(lock: RunLock, names: Names): Promise<void> {
  if (ensured.has(lock)) return
  try {
    await lock.atomically(() => createLedger(lock.connection, names))
  } catch (error) {
    if (!isNameCollision(error)) throw translateKnown(error, { operationId: null, inTransaction: true })
    await lock.atomically(() => createLedger(lock.connection, names))
  }
  ensured.add(lock)
}

const existsRow = columns({ there: flag })

/** The locks of the runs that have made sure of their ledger, so that each run does it once. */
const ensured = new WeakSet<RunLock>()

/**
 * Whether a schema, table, index or function of the name exists already. 23505 comes from the catalogs' own indexes.
 */
export function isNameCollision(error: unknown): boolean {
  return /^(23505|42P0[67]|42710|42723)$/.test(sqlState(error) ?? '')
}

export function nameTaken(name: string | null, cause: unknown): ConversationStoreError<'UNSUPPORTED'> {
  const taken = name === null ? '' : ` (${name} is there already)`
  return new ConversationStoreError(
    'UNSUPPORTED',
    { operation: 'migrate()', needs: `no other object of that name${taken}: use another schema, or a tablePrefix` },
    { cause },
  )
}

// This asks first, because `if not exists` would need the right to create a schema even when the schema exists.
async function createLedger(connection: RunConnection, names: Names): Promise<void> {
  const { schema, quotedSchema } = names
  const [row = {}] = await connection.run(
    compile(sql`select exists (select from pg_catalog.pg_namespace where nspname = ${schema}) as there`),
  )
  if (!flag(existsRow.of(row).there)) await connection.script(`create schema ${quotedSchema}`)
  if (await hasLedger(connection, names)) return addRunner(connection, names)
  await connection.script(ledgerSql(names))
  await connection.script(closeLedgerSql(names))
}

/** A ledger that an older library made lacks the column. */
async function addRunner(connection: RunConnection, { schema, prefix, tables }: Names): Promise<void> {
  const table = `${prefix}conversation_store_migrations`
  const [row = {}] = await connection.run(
    compile(sql`select exists (select from pg_catalog.pg_attribute a where a.attname = 'run_by' and not a.attisdropped and a.attrelid = (
      select c.oid from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = ${schema} and c.relname = ${table})) as there`),
  )
  if (!flag(existsRow.of(row).there)) await connection.script(`alter table ${tables.conversation_store_migrations} add column run_by text`)
}

async function hasLedger(connection: RunConnection, { schema, prefix }: Names): Promise<boolean> {
  const [row = {}] = await connection.run(
    compile(sql`select exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = ${schema} and c.relname = ${`${prefix}conversation_store_migrations`}) as there`),
  )
  return flag(existsRow.of(row).there)
}
