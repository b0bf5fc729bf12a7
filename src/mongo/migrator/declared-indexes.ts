import { inOrderOfRunning } from '../../migrator/kernel/examine-ledger.js'
import { changedIds, type IndexChanges, indexesInForce } from '../../migrator/kernel/indexes-in-force.js'
import { migrationId } from '../../migrator/kernel/migration.js'
import type { RunContext } from '../../migrator/kernel/target.js'
import type { DeclaredIndex } from './indexes/declared-index.js'
import type { CollectionMigration, MongoMigration } from './migration.js'

/** The indexes that the migrations declare together, each with its collection. */
export function declaredIndexes(migrations: readonly MongoMigration[]): readonly DeclaredIndex[] {
  return [...indexesInForce(inOrderOfRunning(migrations).map(changesOf)).values()]
}

/** The ids, collection and name, of the indexes that were declared once and are not in force any more. */
export function retiredNames(migrations: readonly MongoMigration[]): ReadonlySet<string> {
  const changes = inOrderOfRunning(migrations).map(changesOf)
  const inForce = indexesInForce(changes)
  return new Set([...changedIds(changes)].filter((id) => !inForce.has(id)))
}

/** What a migration has to do about indexes, seen from those that run before it and after it in its database. */
export interface IndexPlace {
  /** The indexes of the migration's collection that are in force before it, and once it has run. */
  readonly before: readonly DeclaredIndex[]
  readonly after: readonly DeclaredIndex[]
  /** The names of the collection's indexes that later migrations of the run change or retire, and so make. */
  readonly left: ReadonlySet<string>
}

export function indexPlace(
  migrations: readonly MongoMigration[],
  migration: MongoMigration,
  { goesOnTo = () => true }: Pick<RunContext, 'goesOnTo'> = {},
): IndexPlace {
  const ofCollection = inOrderOfRunning(migrations).filter(({ collection }) => collection === migration.collection)
  const at = ofCollection.indexOf(migration)
  const inForce = (count: number) => [...indexesInForce(ofCollection.slice(0, count).map(changesOf)).values()]
  const later = ofCollection.slice(at + 1).filter((each) => goesOnTo(migrationId(each)))
  const left = [...changedIds(later.map(changesOf))].map((id) => nameOf(id))
  return { before: inForce(at), after: inForce(at + 1), left: new Set(left) }
}

/** The names of the indexes that the migration declares or retires and that were declared before it. */
export function changedNames({ definition }: MongoMigration, { before }: Pick<IndexPlace, 'before'>): ReadonlySet<string> {
  const { indexes, drop = [] } = definition
  const own = new Set([...indexes.map(({ options }) => options.name), ...drop])
  return new Set(before.map(({ options }) => options.name).filter((name) => own.has(name)))
}

function changesOf({ definition }: { readonly definition: CollectionMigration }): IndexChanges<DeclaredIndex> {
  const { collectionName: collection, indexes, drop = [] } = definition
  return {
    declares: indexes.map((index) => ({ id: idOf(collection, index.options.name), index: { ...index, collection } })),
    drops: drop.map((name) => idOf(collection, name)),
  }
}

function idOf(collection: string, name: string): string {
  return `${collection}\0${name}`
}

function nameOf(id: string): string {
  return id.slice(id.indexOf('\0') + 1)
}
