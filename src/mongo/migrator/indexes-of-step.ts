import type { RunContext } from '../../migrator/kernel/target.js'
import { changedNames, indexPlace } from './declared-indexes.js'
import type { CollectionIndex, DeclaredIndex } from './indexes/declared-index.js'
import type { MongoMigration } from './migration.js'
import { indexesOfStep } from './runnable.js'

/** What a step of a migration does about indexes. */
interface StepIndexes {
  /** Indexes that the migration is the first to declare. */
  readonly made: readonly CollectionIndex[]
  /** The names of indexes that an earlier migration declared otherwise, and that the step changes. */
  readonly changed: ReadonlySet<string>
  /** What is declared for the collection once the migration has run. */
  readonly inForce: readonly DeclaredIndex[]
}

/** Leaves out the indexes that a later migration of the same run changes or retires. */
export function indexesToMake(
  migrations: readonly MongoMigration[],
  migration: MongoMigration,
  step: string,
  run: Pick<RunContext, 'goesOnTo'>,
): StepIndexes {
  const place = indexPlace(migrations, migration, run)
  const inStep = indexesOfStep(migration.definition, step).filter(({ options }) => !place.left.has(options.name))
  const before = changedNames(migration, place)
  return {
    made: inStep.filter(({ options }) => !before.has(options.name)),
    changed: new Set(inStep.map(({ options }) => options.name).filter((name) => before.has(name))),
    inForce: place.after,
  }
}
