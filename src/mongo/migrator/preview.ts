import { migrationId } from '../../migrator/kernel/migration.js'
import type { PreviewedStep, RunContext } from '../../migrator/kernel/target.js'
import { requireNotAborted } from '../../model/abort.js'
import { keptInWords } from '../../model/kept-data.js'
import { withoutSecrets } from '../../model/without-secrets.js'
import type { Doc, MongoDb } from '../driver.js'
import { planDrop } from './drop-made.js'
import { guardedDb } from './guarded-db.js'
import { planIndexSync } from './indexes/plan-index-sync.js'
import { collectionCall, shellText } from './indexes/shell-text.js'
import type { BatchPass, BatchScope, CollectionMigration, MongoMigration } from './migration.js'
import { collectionStep, indexesOfStep, upStep } from './runnable.js'

/**
 * Tells what the steps would do, without writing anything. A migration's code gets a database that refuses writes, and
 * runs up to its first write.
 */
export async function previewMigration(
  db: MongoDb,
  migration: MongoMigration,
  steps: readonly string[],
  run: RunContext,
): Promise<readonly PreviewedStep[]> {
  const previews: PreviewedStep[] = []
  for (const step of steps) {
    requireNotAborted(run.signal)
    const { up } = migration.definition
    previews.push(
      step === upStep && up
        ? await previewCode(db, migration, up.bind(migration.definition), run)
        : await previewIndexesOf(db, migration, step),
    )
  }
  return previews
}

/** Tells what undoing a migration would do, as `previewMigration` does. */
export async function previewUndo(
  db: MongoDb,
  migration: MongoMigration,
  all: readonly MongoMigration[],
  run: RunContext,
): Promise<readonly PreviewedStep[]> {
  const { up, down, collectionName } = migration.definition
  const plan = await planDrop(db, migration, all)
  const drops = [
    ...plan.indexes.map((name) => collectionCall(collectionName, 'dropIndex', name)),
    ...(plan.collection ? [`${collectionCall(collectionName, 'drop')} // ${plan.documents} documents`] : []),
  ]
  const kept =
    plan.documents === 0
      ? []
      : [`${keptInWords({ what: `collection ${collectionName}`, rows: plan.documents })}: without --drop-data it is kept`]
  const ofCode: readonly PreviewedStep[] = down
    ? [{ ...(await previewCode(db, migration, down.bind(migration.definition), run)), step: 'down' }]
    : up
      ? [{ step: 'down', would: [], count: null, obstacles: ['it can not be undone: its definition has no `down`'] }]
      : []
  return [...ofCode, { step: 'indexes', would: drops, count: plan.collection ? plan.documents : null, obstacles: kept }]
}

async function previewIndexesOf(db: MongoDb, { definition }: MongoMigration, step: string): Promise<PreviewedStep> {
  const { collectionName } = definition
  if (step === collectionStep) {
    const found = await db.listCollections({ name: collectionName }).toArray()
    const would = found.length === 0 ? [`db.createCollection(${shellText(collectionName)})`] : []
    return { step, would, count: null, obstacles: [] }
  }
  const declared = indexesOfStep(definition, step).map((index) => ({ ...index, collection: collectionName }))
  const actions = await planIndexSync(db, declared, { indexSet: null, prune: false, collection: null })
  const others = actions.filter(({ action }) => action !== 'create')
  const { n } = await db.command({ count: collectionName })
  const obstacles = [
    ...actions.flatMap(({ obstacles }) => obstacles),
    ...others.map(({ index }) => `${index} is there in another form: sync:indexes replaces it`),
  ]
  return {
    step,
    would: actions.filter(({ action }) => action === 'create').flatMap(({ would }) => would),
    count: actions.length === 0 ? null : Number(n),
    obstacles,
    ...(obstacles.length > 0 && { stops: true }),
  }
}

async function previewCode(
  db: MongoDb,
  migration: MongoMigration,
  code: NonNullable<CollectionMigration['up']>,
  { signal, logger, batchSize }: RunContext,
): Promise<PreviewedStep> {
  const { definition } = migration
  const guarded = guardedDb(db)
  const passes: { readonly line: string; readonly documents: number }[] = []
  const obstacles: string[] = []
  const batch = async (pass: BatchPass, work: (documents: Doc[], scope: BatchScope) => Promise<unknown>) => {
    const { collection = definition.collectionName, filter = {}, size = batchSize, projection } = pass
    const documents = await db.collection(collection).countDocuments(filter)
    passes.push({ line: `goes over ${documents} documents of ${collection} by _id, ${size} at a time`, documents })
    const shown = projection === undefined ? {} : { projection }
    const first = await db
      .collection(collection)
      .find(filter, { sort: { _id: 1 }, limit: size, ...shown })
      .toArray()
    if (first.length > 0) await work(first, { session: undefined, signal })
    return { documents }
  }
  try {
    await code(guarded.db, definition.collectionName, { signal, logger, batch, dryRun: true })
  } catch (error) {
    // The code's stop at its first refused write is how a preview normally ends. Any other error would end the real run
    // too.
    if (guarded.refused.length === 0) {
      const [line] = withoutSecrets(error instanceof Error ? error.message : String(error)).split('\n')
      obstacles.push(`${migrationId(migration)} fails: ${line}`)
    }
  }
  const counts = [...passes.map(({ documents }) => documents), ...guarded.refused.flatMap(({ count }) => (count === null ? [] : [count]))]
  return {
    step: upStep,
    would: [...passes.map(({ line }) => line), ...guarded.refused.map(({ would }) => would)],
    count: counts.length === 0 ? null : Math.max(...counts),
    obstacles,
  }
}
