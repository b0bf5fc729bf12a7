import { type BuildWatch, unwatched } from '../../../migrator/kernel/index-build.js'
import { contentionPause } from '../../contention-pause.js'
import type { Doc, MongoDb } from '../../driver.js'
import { prefixOf } from '../../prefixed-db.js'
import { commandWriteConcern as writeConcern } from '../../schema/collections.js'
import { serverCode } from '../../translate-error.js'
import { type MayGoOn, rest, sendUntilAnswered } from '../send-until-answered.js'
import type { CollectionIndex, DeclaredIndex } from './declared-index.js'
import { conflict, conflictCodes, explainRefusal } from './explain-refusal.js'
import type { DuplicateSearch } from './find-duplicates.js'
import { declaredForm, describeDifferences, differingFields, foundForm } from './index-form.js'
import { readIndexes } from './live-indexes.js'
import { serverCollations } from './server-collations.js'
import { collectionCall, commandCall } from './shell-text.js'

/** One step of an action, as data, so that a run sends exactly what a preview prints. */
export type IndexCommand =
  | { readonly do: 'create'; readonly index: DeclaredIndex }
  /** Checks that the index is there, is ready, and is what it should be. */
  | { readonly do: 'verify'; readonly index: DeclaredIndex }
  | { readonly do: 'change'; readonly index: DeclaredIndex; readonly command: Doc }
  | { readonly do: 'drop'; readonly collection: string; readonly name: string }

/** The step as one would type it in the shell. */
export function commandText(step: IndexCommand): string {
  return prefixedText('', step)
}

/** The same with the names that the collections have on the server. */
export function commandTextIn(db: MongoDb): (step: IndexCommand) => string {
  return (step) => prefixedText(prefixOf(db), step)
}

function prefixedText(prefix: string, step: IndexCommand): string {
  const call = (collection: string, method: string, ...args: readonly unknown[]) => collectionCall(prefix + collection, method, ...args)
  if (step.do === 'drop') return call(step.collection, 'dropIndex', step.name)
  const { collection, key, options } = step.index
  if (step.do === 'create') return call(collection, 'createIndex', key, options)
  if (step.do === 'verify') return call(collection, 'getIndexes')
  return commandCall({ ...step.command, collMod: prefix + collection })
}

/** How a command is run, and how its refusal by the server is investigated. */
export interface IndexTerms extends DuplicateSearch {
  /** Called before a lost answer's index is asked for again. It throws to stop that. */
  readonly mayGoOn?: MayGoOn
  /** Tells meanwhile how far a build is. Default: it doesn't. */
  readonly watch?: BuildWatch
}

export async function runIndexCommand(db: MongoDb, step: IndexCommand, terms: IndexTerms = {}): Promise<void> {
  if (step.do === 'create') await createIndex(db, step.index, terms)
  else if (step.do === 'verify') await verify(db, step.index)
  else if (step.do === 'change') await change(db, step.index, step.command)
  else await drop(db, step.collection, step.name)
}

/** Makes an index, and waits if another process is making the same one. See `createDeclaredIndexes`. */
async function createIndex(db: MongoDb, index: DeclaredIndex, terms: IndexTerms): Promise<void> {
  await createDeclaredIndexes(db, index.collection, [index], terms)
}

/**
 * Makes the indexes that do not exist, in one scan of the collection. One that exists under another name is accepted. A
 * build outlasts the connection that asked for it, so after a lost connection the index is asked for again, which waits
 * for the build. Throws INDEX_CONFLICT, DUPLICATE_KEYS.
 */
export async function createDeclaredIndexes(
  db: MongoDb,
  collection: string,
  indexes: readonly CollectionIndex[],
  terms: IndexTerms = {},
): Promise<void> {
  const { mayGoOn = () => {}, watch = unwatched } = terms
  const specifications = indexes.map(({ key, options: { background: _, ...options } }) => ({ key, ...options }))
  try {
    const send = () => db.command({ createIndexes: collection, indexes: specifications, writeConcern })
    const names = indexes.map(({ options }) => options.name).join(', ')
    await watch(names, () => patiently(() => sendUntilAnswered(send, () => outlast(db, collection, indexes, mayGoOn))))
  } catch (error) {
    const left = conflictCodes.has(serverCode(error) ?? 0) ? await withoutRenamed(db, collection, indexes) : indexes
    if (left.length === indexes.length) throw (await explainRefusal(db, collection, indexes, error, terms)) ?? error
    if (left.length > 0) await createDeclaredIndexes(db, collection, left, terms)
  }
}

/** Waits while the server reports that it is building. A further command would only wait there beside the first one. */
async function outlast(db: MongoDb, collection: string, indexes: readonly CollectionIndex[], mayGoOn: MayGoOn): Promise<void> {
  const names = new Set(indexes.map(({ options }) => options.name))
  for (;;) {
    await mayGoOn()
    // If this read fails too, the command that is sent next will tell.
    const [live] = await readIndexes(db, [collection]).catch(() => [])
    if (!live?.indexes.some(({ name, isBuilding }) => isBuilding && names.has(name))) return
    await rest()
  }
}

async function withoutRenamed(db: MongoDb, collection: string, indexes: readonly CollectionIndex[]): Promise<readonly CollectionIndex[]> {
  const [live] = await readIndexes(db, [collection])
  const collations = await serverCollations(
    db,
    indexes.map((index) => ({ ...index, collection })),
  )
  const ready = (live?.indexes ?? []).filter(({ isBuilding }) => !isBuilding).map((each) => ({ name: each.name, form: foundForm(each) }))
  return indexes.filter((index) => {
    const form = declaredForm(index, live?.collation, collations)
    return !ready.some(({ name, form: found }) => name !== index.options.name && differingFields(form, found).length === 0)
  })
}

async function verify(db: MongoDb, index: DeclaredIndex): Promise<void> {
  const [live] = await readIndexes(db, [index.collection])
  const found = live?.indexes.find(({ name }) => name === index.options.name)
  const { name } = index.options
  if (found === undefined) throw conflict(db, index, { name: 'none', differences: ['it is not there'] })
  if (found.isBuilding) throw conflict(db, index, { name, differences: ['it is still being built'] })
  const differences = describeDifferences(declaredForm(index, live?.collation, await serverCollations(db, [index])), foundForm(found))
  if (differences.length > 0) throw conflict(db, index, { name, differences })
}

// InvalidOptions: before version 5.1 the server cannot add `expireAfterSeconds` to an existing index in place.
const invalidOptions = 72

async function change(db: MongoDb, index: DeclaredIndex, command: Doc): Promise<void> {
  try {
    await patiently(() => db.command({ ...command, writeConcern }))
  } catch (error) {
    if (serverCode(error) !== invalidOptions) throw error
    throw conflict(db, index, { name: index.options.name, differences: ['what this server cannot change in place'] }, error)
  }
}

const indexNotFound = 27

async function drop(db: MongoDb, collection: string, name: string): Promise<void> {
  try {
    await patiently(() => db.command({ dropIndexes: collection, index: name, writeConcern }))
  } catch (error) {
    if (serverCode(error) !== indexNotFound) throw error
  }
}

// Codes that another process's build, or a change of the primary, can cause for a while:
// ConflictingOperationInProgress, WriteConflict, IndexBuildAborted, IndexBuildAlreadyInProgress,
// BackgroundOperationInProgressForNamespace.
const passing: ReadonlySet<number> = new Set([117, 112, 276, 315, 12587])
const attempts = 30

async function patiently(send: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await send()
      return
    } catch (error) {
      if (attempt === attempts || !passing.has(serverCode(error) ?? 0)) throw error
    }
    await contentionPause(attempt)
  }
}
