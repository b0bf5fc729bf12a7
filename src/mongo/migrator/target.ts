import { everyTwoSeconds, type Ticks } from '../../migrator/kernel/index-build.js'
import type { Ledger } from '../../migrator/kernel/ledger.js'
import { storeOwner } from '../../migrator/kernel/migration.js'
import type { MigrationTarget, PreviewedStep } from '../../migrator/kernel/target.js'
import { ConversationStoreError } from '../../model/errors.js'
import { holdLease } from '../../store/lease.js'
import { thisProcess } from '../../store/this-process.js'
import { deploymentOf } from '../deployment.js'
import type { MongoClientLike, MongoDb } from '../driver.js'
import { prefixedDb, prefixOf } from '../prefixed-db.js'
import { endSession } from '../sessions.js'
import { translated } from '../translate-error.js'
import { declaredIndexes } from './declared-indexes.js'
import { compareIndexes } from './indexes/compare-indexes.js'
import { databaseOf } from './indexes/explain-refusal.js'
import { planIndexSync } from './indexes/plan-index-sync.js'
import { indexesOfCode } from './indexes-of-code.js'
import { openLedger, readLedger } from './ledger.js'
import { ledgerWrites } from './ledger-writes.js'
import { lockedTarget } from './locked-target.js'
import type { MongoMigration } from './migration.js'
import { previewMigration, previewUndo } from './preview.js'
import { previewRights } from './preview-rights.js'
import { needsFree, requireFree, takenCollections } from './require-free.js'
import { breakLease, ledgerLease, openBatch, readHolder } from './run-lock.js'
import { runSession } from './run-session.js'

export interface MongoTargetOptions {
  /** If it is left out, batches run without transactions. */
  readonly client?: MongoClientLike
  readonly db: MongoDb
  /** The client that renews the lock. Default: `client`, or that of `db`. */
  readonly leaseClient?: MongoClientLike
  /** The migrations of this database, in order. */
  readonly migrations: readonly MongoMigration[]
  /** How long a runner that has died holds the others up, in milliseconds. Default 30,000. */
  readonly leaseTtlMs?: number
  /** When to look how far the build of an index is. Default: every two seconds. */
  readonly ticks?: Ticks
}

export const usualTtlMs = 30_000
/** The server looks for transactions that are open for more than 60 seconds, its default limit, every 30 seconds. */
const openBatchMs = 120_000

/** One database, its ledger, and the lease that makes one process its only runner. `lock` throws MIGRATION_LOCKED. */
export function mongoTarget({
  client,
  db,
  leaseClient,
  migrations,
  leaseTtlMs = usualTtlMs,
  ticks = everyTwoSeconds,
}: MongoTargetOptions): MigrationTarget<MongoMigration> {
  const database = databaseOf(db)
  const key = `migrations of ${database}`
  const ledger = openLedger(db)
  const deployment = deploymentOf(db)
  const endLeft = (id: unknown) => endSession(db, id)
  // All migrations of a preview have the same ledger, and so the same collections in their way.
  const taken = new WeakMap<Ledger, Promise<readonly string[]>>()
  const takenIn = (found: Ledger) => {
    const known = taken.get(found) ?? takenCollections(db, migrations, found)
    taken.set(found, known)
    return known
  }
  return {
    database,
    migrations,
    readLedger: () => translated(() => readLedger(ledger)),
    lock: ({ waitMs, signal, onWait }) =>
      translated(async () => {
        const table = ledgerLease(
          leaseClient === undefined ? ledger : openLedger(prefixedDb(leaseClient.db(database), prefixOf(db))),
          endLeft,
        )
        const holder = thisProcess()
        const hold = (ms: number) => holdLease(table, key, { holder, ttlMs: leaseTtlMs, waitMs: ms, signal, onWait })
        let lease = await hold(waitMs)
        // Nobody is at work then, and the server soon ends what is left. So a run that waits at all waits for that.
        if (waitMs > 0 && 'heldBy' in lease && lease.heldBy.holder === openBatch) lease = await hold(openBatchMs)
        if ('heldBy' in lease) {
          const { holder: other, expiresInMs } = lease.heldBy
          throw new ConversationStoreError('MIGRATION_LOCKED', { database, holder: other, expiresInMs })
        }
        const writes = ledgerWrites(ledger, lease.token, key)
        return lockedTarget({
          session: runSession(client ?? null, ledger, lease.token),
          db,
          migrations,
          ledger,
          deployment,
          lease,
          writes,
          builds: { client: leaseClient ?? client, db, ticks },
          firstLedger: table.ledgerAtAcquisition(),
        })
      }),
    preview: (migration, steps, context) =>
      translated(async () => {
        const taken = migration.owner === storeOwner ? await takenIn(context.ledger) : []
        const previews = await previewMigration(db, migration, migrations, steps, context)
        return taken.includes(prefixOf(db) + migration.collection) ? previews.map((step) => withObstacle(step, needsFree(taken))) : previews
      }),
    previewCreation: () => translated(() => previewRights(db, database)),
    previewRevert: (migration, context) => translated(() => previewUndo(db, migration, migrations, context)),
    compareIndexes: (indexSet) => translated(() => compareIndexes(db, declaredIndexes(migrations), indexSet)),
    previewIndexes: (options) =>
      translated(async () => {
        await requireFree(db, migrations, await readLedger(ledger))
        return planIndexSync(db, declaredIndexes(migrations), { ...options, spares: indexesOfCode(migrations) })
      }),
    exists: () => translated(() => hasCollections(db)),
    readLock: () => translated(() => readHolder(ledger)),
    breakLock: () => translated(() => breakLease(ledger, endLeft)),
  }
}

function withObstacle(step: PreviewedStep, obstacle: string): PreviewedStep {
  return { ...step, obstacles: [obstacle, ...step.obstacles], stops: true }
}

/** A database of MongoDB comes and goes with its collections. */
async function hasCollections(db: MongoDb): Promise<boolean> {
  const answer = await db.command({ listCollections: 1, nameOnly: true, cursor: { batchSize: 1 } }, { readPreference: 'primary' })
  const batch: unknown = Reflect.get(Object(answer.cursor), 'firstBatch')
  return Array.isArray(batch) && batch.length > 0
}
