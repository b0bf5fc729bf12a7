import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConversationStoreError } from '../../model/errors.js'
import type { MigrationReport } from '../../store/adapter.js'
import type { Executor, OwnTransactions, Session } from '../executor.js'
import { libraryVersion } from '../library-version.js'
import type { Names } from '../names.js'
import { flag } from '../rows.js'
import { compile, sql } from '../sql.js'
import { sqlState, translateError } from '../translate-error.js'
import {
  appliedSteps,
  changedSteps,
  ledgerSql,
  missingSteps,
  readLedger,
  recordStep,
  requireKnownSchema,
  toAppliedSteps,
} from './ledger.js'
import { type Layout, latestStep } from './steps.js'

const longestWaitMs = 60_000
const pollMs = 50

/**
 * Brings the schema to this library's. One read where it is there already. Else all steps in one transaction under an advisory lock, so that
 * of any number of processes one creates and the others find it done; the lock belongs to the transaction, which a pooler keeps together.
 * Throws SCHEMA_TOO_NEW, UNSUPPORTED (a step was changed after it was applied, or objects of the host have our names), CONTENTION (another
 * migration takes longer than a minute).
 */
export async function migrate(executor: Executor & OwnTransactions, names: Names, layout: Layout): Promise<MigrationReport> {
  const deadline = performance.now() + longestWaitMs
  let collidedAfter: number | null = null
  for (let attempt = 1; ; attempt += 1) {
    const applied = await appliedSteps(executor, names)
    requireKnownSchema(applied)
    requireUnchanged(applied)
    if (missingSteps(applied).length === 0) return { applied: [], schema: latestStep }
    const done = await attemptMigration(executor, names, layout)
    if (done !== null && 'applied' in done) return done
    if (done !== null) {
      // Whoever creates the same also writes it into the ledger, in one transaction: with nothing new there it is no schema of ours.
      if (collidedAfter === applied.length) throw nameTaken(names, done.collision)
      collidedAfter = applied.length
    }
    if (performance.now() > deadline) throw new ConversationStoreError('CONTENTION', { attempts: attempt })
    await sleep(pollMs * (0.5 + Math.random()))
  }
}

interface Collision {
  readonly collision: unknown
}

/** Null when another process has the lock; a collision when what is to be created is there already. */
async function attemptMigration(
  executor: Executor & OwnTransactions,
  names: Names,
  layout: Layout,
): Promise<MigrationReport | Collision | null> {
  try {
    return await executor.transaction((session) => runSteps(session, names, layout))
  } catch (error) {
    // Somebody who takes no lock of ours, such as a pasted schemaSql(), may have just created the same: look again.
    if (/^(23505|42P0[67]|42710|42723)$/.test(sqlState(error) ?? '')) return { collision: error }
    throw translateError(error, { operationId: null, inTransaction: true })
  }
}

/** The object is named only where the message does so by a name that we gave: it may quote whatever else it likes. */
function nameTaken({ prefix }: Names, cause: unknown): ConversationStoreError<'UNSUPPORTED'> {
  const [, name] = /"([a-z0-9_]+)"/i.exec(cause instanceof Error && sqlState(cause) !== '23505' ? cause.message : '') ?? []
  const taken = name?.startsWith(prefix) ? ` (${name} is there already)` : ''
  return new ConversationStoreError(
    'UNSUPPORTED',
    { operation: 'migrate()', needs: `no other object of that name${taken}: use another schema, or a tablePrefix` },
    { cause },
  )
}

async function runSteps(session: Session, names: Names, layout: Layout): Promise<MigrationReport | null> {
  // Tried, never waited for: a waiting statement holds a snapshot, which stops every index that is being built concurrently.
  const [lock] = await session.run(compile(sql`select pg_try_advisory_xact_lock(${lockKey(names)}::bigint) as locked`))
  if (!flag(lock?.locked)) return null
  await createSchema(session, names)
  if (!(await hasLedger(session, names))) await session.script(ledgerSql(names))
  const applied = toAppliedSteps(await session.run(readLedger(names)))
  requireKnownSchema(applied)
  requireUnchanged(applied)
  const missing = missingSteps(applied)
  for (const step of missing) {
    for (const statement of step.statements(names, layout)) await session.script(statement)
    await session.run(compile(recordStep(names, step, sql`${libraryVersion}`)))
  }
  return { applied: missing.map(({ name }) => name), schema: latestStep }
}

// Asked first, for `if not exists` needs the right to create also where the schema exists.
async function createSchema(session: Session, { schema, quotedSchema }: Names): Promise<void> {
  const [row] = await session.run(compile(sql`select exists (select from pg_catalog.pg_namespace where nspname = ${schema}) as there`))
  if (!flag(row?.there)) await session.script(`create schema ${quotedSchema}`)
}

async function hasLedger(session: Session, { schema, prefix }: Names): Promise<boolean> {
  const [row] = await session.run(
    compile(sql`select exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = ${schema} and c.relname = ${`${prefix}conversation_store_migrations`}) as there`),
  )
  return flag(row?.there)
}

function requireUnchanged(applied: Parameters<typeof changedSteps>[0]): void {
  const changed = changedSteps(applied).map(({ number, name }) => `step ${number} (${name})`)
  if (changed.length > 0)
    throw new ConversationStoreError('UNSUPPORTED', {
      operation: 'migrate()',
      needs: `a schema of a released version: the database has ${changed.join(', ')} in another form than this library; checkSchema() tells what differs`,
    })
}

/** One lock per schema, whatever the prefix: two stores may have to create the same schema. */
function lockKey({ schema }: Names): string {
  return createHash('sha256').update(`conversation-store/migrate/${schema}`).digest().readBigInt64BE(0).toString()
}
