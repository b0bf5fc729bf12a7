import { writeConcern } from '../../collections.js'
import type { Doc, MongoDb } from '../../driver.js'
import { pause } from '../../transaction.js'
import { serverCode } from '../../translate-error.js'
import type { DeclaredIndex } from './declared-index.js'
import { conflict, explainRefusal } from './explain-refusal.js'
import type { DuplicateSearch } from './find-duplicates.js'
import { describeDifferences, differingFields, indexForm } from './index-form.js'
import { readIndexes } from './read-indexes.js'
import { collectionCall, commandCall } from './shell-text.js'

/** One step of an action, as data: what a preview prints is what a run sends. */
export type IndexCommand =
  | { readonly do: 'create'; readonly index: DeclaredIndex }
  /** That the index is there, ready, and what it should be. */
  | { readonly do: 'verify'; readonly index: DeclaredIndex }
  | { readonly do: 'change'; readonly index: DeclaredIndex; readonly command: Doc }
  | { readonly do: 'drop'; readonly collection: string; readonly name: string }

export function commandText(step: IndexCommand): string {
  if (step.do === 'create') {
    const { collection, key, options } = step.index
    return collectionCall(collection, 'createIndex', key, options)
  }
  if (step.do === 'verify') return collectionCall(step.index.collection, 'getIndexes')
  return step.do === 'change' ? commandCall(step.command) : collectionCall(step.collection, 'dropIndex', step.name)
}

export async function runIndexCommand(db: MongoDb, step: IndexCommand, search: DuplicateSearch = {}): Promise<void> {
  if (step.do === 'create') await createIndex(db, step.index, search)
  else if (step.do === 'verify') await verify(db, step.index)
  else if (step.do === 'change') await change(db, step.index, step.command)
  else await drop(db, step.collection, step.name)
}

/**
 * Makes an index, and waits for whoever is making the same. One that is there under another name is accepted. Throws INDEX_CONFLICT,
 * DUPLICATE_KEYS.
 */
export async function createIndex(db: MongoDb, index: DeclaredIndex, search: DuplicateSearch = {}): Promise<void> {
  const { collection, key, options } = index
  const { background: _, ...specification } = options
  try {
    await patiently(() => db.command({ createIndexes: collection, indexes: [{ key, ...specification }], writeConcern }))
  } catch (error) {
    if (await isThereByAnotherName(db, index)) return
    throw (await explainRefusal(db, collection, [index], error, search)) ?? error
  }
}

async function isThereByAnotherName(db: MongoDb, index: DeclaredIndex): Promise<boolean> {
  const [live] = await readIndexes(db, [index.collection])
  const form = indexForm(index, live?.collation)
  return (live?.indexes ?? []).some((each) => !each.isBuilding && differingFields(form, indexForm(each, live?.collation)).length === 0)
}

async function verify(db: MongoDb, index: DeclaredIndex): Promise<void> {
  const [live] = await readIndexes(db, [index.collection])
  const found = live?.indexes.find(({ name }) => name === index.options.name)
  const { name } = index.options
  if (found === undefined) throw conflict(db, index, { name: 'none', differences: ['it is not there'] })
  if (found.isBuilding) throw conflict(db, index, { name, differences: ['it is still being built'] })
  const differences = describeDifferences(indexForm(index, live?.collation), indexForm(found, live?.collation))
  if (differences.length > 0) throw conflict(db, index, { name, differences })
}

// InvalidOptions: before version 5.1 an index that deletes nothing cannot be made to in place.
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

// What others' builds, or a change of the primary, may do to one: ConflictingOperationInProgress, WriteConflict, IndexBuildAborted,
// IndexBuildAlreadyInProgress, BackgroundOperationInProgressForNamespace.
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
    await pause(attempt)
  }
}
