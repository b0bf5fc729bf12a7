import { isAsked } from './index-sets.js'
import type { Ledger, LedgerEntry } from './ledger.js'
import { compareVersions, type Migration, migrationId, storeOwner } from './migration.js'

/** How the ledger of one database compares with the migrations of the program. */
export interface Examination<M extends Migration> {
  /** What has to run, in the order of running, each migration with those of its steps that are not done. */
  readonly pending: readonly PendingMigration<M>[]
  /** Ids of migrations that were applied or begun in another form than the program's. */
  readonly changed: readonly string[]
  /** Ids in the ledger that were taken out of the program: it has later ones, or they failed half-way. */
  readonly missing: readonly string[]
  /** Ids of pending migrations whose collection (on PostgreSQL whose owner) has a later one applied already. */
  readonly outOfOrder: readonly string[]
  /**
   * Ids that are later than what the program has, and repeatable migrations of which a newer text was run. Both mean
   * that a newer program was here.
   */
  readonly newer: readonly string[]
}

export interface PendingMigration<M extends Migration> {
  readonly migration: M
  readonly steps: readonly string[]
  /** Null if it was never begun here. */
  readonly entry: LedgerEntry | null
}

/**
 * Entries of an owner that none of the migrations has belong to another program, and are ignored, unless the program
 * answers for that owner. Then all its migrations were taken out of the program.
 */
export function examineLedger<M extends Migration>(
  migrations: readonly M[],
  ledger: Ledger,
  indexSet: string,
  answersFor: readonly string[] = [],
): Examination<M> {
  const entries = new Map(ledger.entries.map((entry) => [entry.id, entry]))
  const applied = ledger.entries.filter(({ state }) => state !== 'reverted')
  const known = new Map(migrations.map((migration) => [migrationId(migration), migration]))
  const owners = new Set(migrations.map(({ owner }) => owner))
  const takenOut = applied.filter(({ owner }) => answersFor.includes(owner) && !owners.has(owner))
  const unknown = applied.filter((entry) => owners.has(entry.owner) && !known.has(entry.id) && hasLeftSomething(entry))
  const isNumbered = ({ id }: LedgerEntry) => known.get(id)?.repeatable === undefined
  // The repeatable migrations say nothing here, because they come last in whichever program fills an empty database.
  const isLater = laterThan(
    migrations.filter(({ repeatable }) => repeatable === undefined),
    applied.filter((entry) => known.has(entry.id) && isNumbered(entry)),
  )
  const hasNewerText = new Set(applied.filter((entry) => isNewerText(known.get(entry.id), entry)).map(({ id }) => id))
  const pending = inOrderOfRunning(migrations)
    .filter((migration) => !hasNewerText.has(migrationId(migration)))
    .filter((migration) => migration.steps.length === 0 || askedSteps(migration, indexSet).length > 0)
    .map((migration) => {
      const entry = entries.get(migrationId(migration)) ?? null
      return { migration, entry, steps: remainingSteps(migration, entry, indexSet) }
    })
    .filter(({ entry, steps }) => steps.length > 0 || entry?.state !== 'applied')
  return {
    pending,
    // A migration that failed before its first step was done has left nothing behind, so its text may be mended.
    changed: applied
      .filter(isNumbered)
      .filter(hasLeftSomething)
      .filter(({ id, checksum }) => (known.get(id)?.checksum ?? checksum) !== checksum)
      .map(({ id }) => id),
    missing: [...unknown.filter((entry) => !isLater(entry)), ...takenOut].map(({ id }) => id),
    newer: [...unknown.filter(isLater).map(({ id }) => id), ...hasNewerText],
    outOfOrder: pending
      .filter(({ migration }) => migration.repeatable === undefined)
      .filter(({ entry }) => entry === null || entry.state === 'reverted')
      .filter(({ migration }) =>
        applied
          .filter(isNumbered)
          .some(
            ({ owner, collection, version, state }) =>
              state === 'applied' &&
              owner === migration.owner &&
              collection === migration.collection &&
              compareVersions(version, migration.version) > 0,
          ),
      )
      .map(({ migration }) => migrationId(migration)),
  }
}

/** Whether a migration may have changed the database. One that failed before its first step was done has not. */
function hasLeftSomething({ state, steps }: LedgerEntry): boolean {
  return state !== 'failed' || steps.length > 0
}

/**
 * Tells which entries that the program lacks come from a newer program. Such an entry was begun after all that the
 * program knows of the same series and has a higher version. Any other was taken out of the program. The series decides
 * and not the whole ledger, because a newer program that fills an empty database begins its new migrations between
 * those of other collections and owners. A failed migration comes from no newer program: such a one would have left it
 * to the next run, and a program whose migration failed takes it out or gives it another number.
 */
function laterThan(migrations: readonly Migration[], known: readonly LedgerEntry[]): (entry: LedgerEntry) => boolean {
  const lastKnown = Math.max(-1, ...known.map(({ seq }) => seq))
  return (entry) => {
    if (entry.state === 'failed') return false
    const ofProgram = migrations.filter((migration) => isSameSeries(migration, entry))
    // Of a collection that the program does not have, only the order of running tells anything.
    if (ofProgram.length === 0) return entry.seq > lastKnown
    const isRepeatable = entry.id !== migrationId({ ...entry })
    const isHigher = isRepeatable || ofProgram.every(({ version }) => compareVersions(entry.version, version) > 0)
    return isHigher && known.every((each) => !isSameSeries(each, entry) || each.seq < entry.seq)
  }
}

/** Whether two migrations are numbered in one sequence. The store numbers all its collections in one. */
function isSameSeries(one: Pick<Migration, 'owner' | 'collection'>, other: Pick<Migration, 'owner' | 'collection'>): boolean {
  return one.owner === other.owner && (one.owner === storeOwner || one.collection === other.collection)
}

/**
 * Returns the migrations in the order of the array, except that the repeatable ones of an owner come after its numbered
 * ones, because they may build on those.
 */
export function inOrderOfRunning<M extends Migration>(migrations: readonly M[]): readonly M[] {
  const places = migrations.map((migration, place) => {
    const lastOfOwner = migrations.findLastIndex(({ owner, repeatable }) => owner === migration.owner && repeatable === undefined)
    return { migration, place: migration.repeatable === undefined ? place : Math.max(place, lastOfOwner + 0.5) }
  })
  return places.sort((a, b) => a.place - b.place).map(({ migration }) => migration)
}

/**
 * Whether a newer program has run another text of a repeatable migration. This program then leaves it alone. If each
 * program put its own text back, two programs of a rolling deploy would overwrite each other in turn.
 */
export function isNewerText(migration: Migration | undefined, entry: LedgerEntry): boolean {
  return (
    migration?.repeatable !== undefined &&
    entry.state !== 'reverted' &&
    entry.checksum !== migration.checksum &&
    compareVersions(entry.version, migration.version) > 0
  )
}

/**
 * Returns the steps that the index set asks for and that are not recorded. A migration that was reverted, or half
 * reverted, is done again as a whole, and so is a repeatable one.
 */
function remainingSteps(migration: Migration, entry: LedgerEntry | null, indexSet: string): readonly string[] {
  const isReverted = entry?.state === 'reverted' || entry?.state === 'reverting'
  const startsAnew = migration.repeatable === undefined ? isReverted : !isUpToDate(migration, entry)
  const done = startsAnew ? [] : (entry?.steps ?? [])
  return askedSteps(migration, indexSet).filter((name) => !done.includes(name))
}

function isUpToDate({ checksum }: Migration, entry: LedgerEntry | null): boolean {
  return entry?.state === 'applied' && entry.checksum === checksum
}

function askedSteps(migration: Migration, indexSet: string): readonly string[] {
  return migration.steps.filter((step) => isAsked(step.indexSet, indexSet)).map(({ name }) => name)
}
