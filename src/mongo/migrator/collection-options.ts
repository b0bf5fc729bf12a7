import { ConversationStoreError } from '../../model/errors.js'
import type { Doc, MongoDb } from '../driver.js'
import { prefixOf } from '../prefixed-db.js'
import { commandWriteConcern as writeConcern } from '../schema/collections.js'
import { createCollection } from './create-collection.js'
import { commandCall, numberOf, shellText } from './indexes/shell-text.js'
import type { MayGoOn } from './send-until-answered.js'

/** What the server changes of a collection that is there, with what it takes if nobody has said anything. */
const changeable: Doc = {
  validator: {},
  validationLevel: 'strict',
  validationAction: 'error',
  changeStreamPreAndPostImages: { enabled: false },
  expireAfterSeconds: 'off',
}

/** What has to be done so that a collection has its declared options. */
export type OptionsPlan =
  | { readonly do: 'create' }
  | { readonly do: 'change'; readonly command: Doc }
  | { readonly do: 'nothing' }
  /** The collection is there, and the server does not change what differs. */
  | { readonly do: 'refuse'; readonly why: string }

/** Reads only. */
export async function planOptions(db: MongoDb, collection: string, declared: Doc): Promise<OptionsPlan> {
  const [there] = await db.listCollections({ name: collection }).toArray()
  if (there === undefined) return { do: 'create' }
  const found = (Reflect.get(there, 'options') ?? {}) as Doc
  const differing = Object.keys(declared).filter((option) => !isSame(option, declared[option], found[option]))
  const fixed = differing.filter((option) => !(option in changeable))
  if (fixed.length > 0) {
    const differences = fixed.map((option) => `${option}: declared ${shellText(declared[option])}, found ${shellText(found[option])}`)
    return { do: 'refuse', why: `${prefixOf(db)}${collection} is there, and the server does not change ${differences.join('; ')}` }
  }
  if (differing.length === 0) return { do: 'nothing' }
  return { do: 'change', command: { collMod: collection, ...Object.fromEntries(differing.map((option) => [option, declared[option]])) } }
}

/**
 * Makes a collection with its declared options, or gives them to the one that is there. It can be run again. Throws
 * UNSUPPORTED for a collection that is there and differs in what the server does not change.
 */
export async function applyOptions(db: MongoDb, collection: string, declared: Doc, mayGoOn: MayGoOn): Promise<void> {
  let plan = await planOptions(db, collection, declared)
  if (plan.do === 'create') {
    await createCollection(db, collection, mayGoOn, declared)
    // Somebody else may have made it in between.
    plan = await planOptions(db, collection, declared)
  }
  if (plan.do === 'change') await db.command({ ...plan.command, writeConcern })
  if (plan.do === 'refuse')
    throw new ConversationStoreError('UNSUPPORTED', { operation: 'collectionOptions', needs: `a new collection: ${plan.why}` })
}

/** What a collection that no migration gives these options any more goes back to, in the form of a declaration. */
export function optionsBefore(declared: Doc, before: Doc): Doc {
  const options = Object.keys(declared).filter((option) => option in changeable)
  return Object.fromEntries(options.map((option) => [option, before[option] ?? changeable[option]]))
}

/** As one would type it in the shell. Nothing is made where nothing is declared. */
export function optionsText(db: MongoDb, collection: string, declared: Doc | null, plan: OptionsPlan): readonly string[] {
  const name = prefixOf(db) + collection
  if (plan.do === 'create') return declared === null ? [] : [`db.createCollection(${shellText(name)}, ${shellText(declared)})`]
  return plan.do === 'change' ? [commandCall({ ...plan.command, collMod: name })] : []
}

/** Whether the server has what is declared. It fills in what a declaration leaves out, and rounds a size up. */
function isSame(option: string, declared: unknown, found: unknown): boolean {
  if (option === 'size') return Math.ceil((numberOf(declared) ?? 0) / sizeUnit) * sizeUnit === numberOf(found)
  if (option in changeable && found === undefined) return shellText(declared) === shellText(changeable[option])
  if (filledIn.has(option)) return holds(found, declared)
  return shellText(declared) === shellText(found)
}

const sizeUnit = 256
const filledIn: ReadonlySet<string> = new Set(['clusteredIndex', 'collation', 'timeseries'])

function holds(found: unknown, declared: unknown): boolean {
  return Object.entries(Object(declared) as Doc).every(
    ([field, value]) => shellText(value) === shellText(Reflect.get(Object(found), field)),
  )
}
