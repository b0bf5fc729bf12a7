import { inOrderOfRunning } from '../../migrator/kernel/examine-ledger.js'
import { changedIds, type IndexChanges, indexesInForce } from '../../migrator/kernel/indexes-in-force.js'
import { migrationId } from '../../migrator/kernel/migration.js'
import type { RunContext } from '../../migrator/kernel/target.js'
import type { PostgresIndex, RunnablePostgresMigration } from './migration.js'
import { sqlContext } from './sql-context.js'
import type { TargetSettings } from './target-settings.js'

/** The indexes that the migrations of the target declare together. */
export function declaredIndexes(settings: TargetSettings): readonly PostgresIndex[] {
  const changes = inOrderOfRunning(settings.migrations).map((each) => changesOf(settings, each))
  return [...indexesInForce(changes).values()]
}

/** What a migration has to do about indexes, seen from those that run before it and after it in its schema. */
export interface IndexPlace {
  /** The indexes that are in force before it, by name. */
  readonly before: ReadonlyMap<string, PostgresIndex>
  /** The names of indexes that later migrations of the run change or retire, and so make. */
  readonly left: ReadonlySet<string>
}

export function indexPlace(
  settings: TargetSettings,
  migration: RunnablePostgresMigration,
  { goesOnTo = () => true }: Pick<RunContext, 'goesOnTo'>,
): IndexPlace {
  const all = inOrderOfRunning(settings.migrations)
  const at = all.indexOf(migration)
  const later = all.slice(at + 1).filter((each) => goesOnTo(migrationId(each)))
  return {
    before: indexesInForce(all.slice(0, at).map((each) => changesOf(settings, each))),
    left: changedIds(later.map((each) => changesOf(settings, each))),
  }
}

/** What one migration says of indexes, by their names. */
export function changesOf(settings: TargetSettings, { definition }: RunnablePostgresMigration): IndexChanges<PostgresIndex> {
  const { indexes = [], sqlIndexes, drop = [] } = definition
  const declared = [...(sqlIndexes?.(sqlContext(settings)) ?? []), ...indexes]
  return { declares: declared.map((index) => ({ id: index.name, index })), drops: drop }
}
