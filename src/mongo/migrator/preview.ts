import { migrationId } from '../../migrator/kernel/migration.js'
import type { PreviewedStep, RunContext } from '../../migrator/kernel/target.js'
import { requireNotAborted } from '../../model/abort.js'
import { keptInWords } from '../../model/kept-data.js'
import { withoutSecrets } from '../../model/without-secrets.js'
import type { Doc, MongoDb } from '../driver.js'
import { prefixOf } from '../prefixed-db.js'
import { optionsText, planOptions } from './collection-options.js'
import { indexPlace } from './declared-indexes.js'
import { formerIndexes, planDrop, planFormerOptions } from './drop-made.js'
import { guardedDb } from './guarded-db.js'
import { commandTextIn } from './indexes/index-commands.js'
import { planIndexSync } from './indexes/plan-index-sync.js'
import { planRetirement } from './indexes/retire-indexes.js'
import { collectionCall, shellText } from './indexes/shell-text.js'
import { indexesToMake } from './indexes-of-step.js'
import type { BatchPass, BatchScope, CollectionMigration, MongoMigration } from './migration.js'
import { collectionStep, dropStep, upStep } from './runnable.js'

/**
 * Tells what the steps would do, without writing anything. A migration's code gets a database that refuses writes, and
 * runs up to its first write.
 */
export async function previewMigration(
  db: MongoDb,
  migration: MongoMigration,
  all: readonly MongoMigration[],
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
        : await previewIndexesOf(db, migration, all, step, run),
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
  const former = formerIndexes(migration, all)
  const back = former.options.names.size === 0 ? [] : await planIndexSync(db, former.declared, former.options)
  const options = plan.collection && plan.documents === 0 ? null : await planFormerOptions(db, migration, all)
  const drops = [
    ...(options === null ? [] : optionsText(db, collectionName, null, options)),
    ...back.flatMap(({ would }) => would),
    ...plan.indexes.map((name) => collectionCall(prefixOf(db) + collectionName, 'dropIndex', name)),
    ...(plan.collection ? [`${collectionCall(prefixOf(db) + collectionName, 'drop')} // ${plan.documents} documents`] : []),
  ]
  const kept =
    plan.documents === 0
      ? []
      : [`${keptInWords({ what: `collection ${prefixOf(db)}${collectionName}`, rows: plan.documents })}: without --drop-data it is kept`]
  const ofCode: readonly PreviewedStep[] = down
    ? [{ ...(await previewCode(db, migration, down.bind(migration.definition), run)), step: 'down' }]
    : up
      ? [{ step: 'down', would: [], count: null, obstacles: ['it can not be undone: its definition has no `down`'] }]
      : []
  return [
    ...ofCode,
    {
      step: 'indexes',
      would: drops,
      count: plan.collection ? plan.documents : null,
      obstacles: [...back.flatMap(({ obstacles }) => obstacles), ...kept],
    },
  ]
}

async function previewIndexesOf(
  db: MongoDb,
  migration: MongoMigration,
  all: readonly MongoMigration[],
  step: string,
  run: RunContext,
): Promise<PreviewedStep> {
  const { collectionName, collectionOptions, drop = [] } = migration.definition
  if (step === collectionStep && collectionOptions !== undefined) {
    const plan = await planOptions(db, collectionName, collectionOptions)
    const would = optionsText(db, collectionName, collectionOptions, plan)
    return { step, would, count: null, obstacles: plan.do === 'refuse' ? [plan.why] : [], ...(plan.do === 'refuse' && { stops: true }) }
  }
  if (step === dropStep) {
    const { after: inForce } = indexPlace(all, migration)
    const commands = await planRetirement(db, { collection: collectionName, names: drop, inForce })
    return { step, would: commands.map(commandTextIn(db)), count: null, obstacles: [] }
  }
  if (step === collectionStep) {
    const found = await db.listCollections({ name: collectionName }).toArray()
    const would = found.length === 0 ? [`db.createCollection(${shellText(prefixOf(db) + collectionName)})`] : []
    return { step, would, count: null, obstacles: [] }
  }
  const { made, changed, inForce } = indexesToMake(all, migration, step, run)
  const names = new Set([...made.map(({ options }) => options.name), ...changed])
  const actions = await planIndexSync(db, inForce, { indexSet: null, prune: false, collection: collectionName, names })
  const others = actions.filter(({ index, action }) => action !== 'create' && !changed.has(index))
  const { n } = await db.command({ count: collectionName })
  const obstacles = [
    ...actions.flatMap(({ obstacles }) => obstacles),
    ...others.map(({ index }) => `${index} is there in another form: sync:indexes replaces it`),
  ]
  return {
    step,
    would: actions.filter(({ index, action }) => action === 'create' || changed.has(index)).flatMap(({ would }) => would),
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
