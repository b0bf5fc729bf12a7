import { isAsked } from './index-sets.js'
import type { Ledger, LedgerEntry } from './ledger.js'
import { compareVersions, type Migration, migrationId } from './migration.js'

/** How the ledger of one database stands to the migrations that the program has. */
export interface Examination<M extends Migration> {
  /** What is to run, in the order of running, each with its steps that are not done. */
  readonly pending: readonly PendingMigration<M>[]
  /** Ids that were applied, or begun, in another form than the program has them. */
  readonly changed: readonly string[]
  /** Ids of the ledger that the program does not have, although it has later ones. */
  readonly missing: readonly string[]
  /** Pending ids of which the same collection (on PostgreSQL: the same owner) has a later one already. */
  readonly outOfOrder: readonly string[]
  /**
   * Ids later than all that the program has, and repeatable ones whose newer text was run: a newer program was here.
   */
  readonly newer: readonly string[]
}

export interface PendingMigration<M extends Migration> {
  readonly migration: M
  readonly steps: readonly string[]
  /** Null: never begun here. */
  readonly entry: LedgerEntry | null
}

/** Entries of owners that none of the migrations has are another program's, and no concern of this one. */
export function examineLedger<M extends Migration>(migrations: readonly M[], ledger: Ledger, indexSet: string): Examination<M> {
  const entries = new Map(ledger.entries.map((entry) => [entry.id, entry]))
  const applied = ledger.entries.filter(({ state }) => state !== 'reverted')
  const known = new Map(migrations.map((migration) => [migrationId(migration), migration]))
  const owners = new Set(migrations.map(({ owner }) => owner))
  const unknown = applied.filter(({ id, owner }) => owners.has(owner) && !known.has(id))
  const isNumbered = ({ id }: LedgerEntry) => known.get(id)?.repeatable === undefined
  // In the order of time: what came after all that the program knows is a newer program's; what lies before was taken
  // out of this one. The repeatable ones tell nothing here, because they come last in whichever program fills an empty
  // database.
  const lastKnown = Math.max(-1, ...applied.filter((entry) => known.has(entry.id) && isNumbered(entry)).map(({ seq }) => seq))
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
    // One that failed before its first step was done has left nothing: to mend its text is the way on.
    changed: applied
      .filter(isNumbered)
      .filter(({ state, steps }) => state !== 'failed' || steps.length > 0)
      .filter(({ id, checksum }) => (known.get(id)?.checksum ?? checksum) !== checksum)
      .map(({ id }) => id),
    missing: unknown.filter(({ seq }) => seq < lastKnown).map(({ id }) => id),
    newer: [...unknown.filter(({ seq }) => seq > lastKnown).map(({ id }) => id), ...hasNewerText],
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

/** As the array has them; but the repeatable ones of an owner come after its numbered ones, on which they may rest. */
export function inOrderOfRunning<M extends Migration>(migrations: readonly M[]): readonly M[] {
  const places = migrations.map((migration, place) => {
    const lastOfOwner = migrations.findLastIndex(({ owner, repeatable }) => owner === migration.owner && repeatable === undefined)
    return { migration, place: migration.repeatable === undefined ? place : Math.max(place, lastOfOwner + 0.5) }
  })
  return places.sort((a, b) => a.place - b.place).map(({ migration }) => migration)
}

/**
 * Whether a newer program has run another text of a repeatable migration. This one then leaves it alone: if each put
 * its own text back, two programs of a rolling deploy would take turns.
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
 * Those that the index set asks for and that are not recorded. What was reverted, or half reverted, is done anew as a
 * whole, and so is a repeatable migration.
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
