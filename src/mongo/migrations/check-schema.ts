import type { SchemaReport } from '../../store/adapter.js'
import { type Collections, collectionNames } from '../collections.js'
import type { Doc, MongoDb } from '../driver.js'
import { indexes } from '../indexes.js'
import { openLedger, readLedger } from './ledger-document.js'
import { examineStore, lacking, latestSchema, schemaNumber } from './store-schema.js'

/** Compares the collections and indexes of the database with those that the steps make. */
export async function checkSchema(db: MongoDb, collections: Collections): Promise<SchemaReport> {
  const ledger = await readLedger(openLedger(db))
  const examination = examineStore(ledger)
  const schema = schemaNumber(ledger)
  const found = new Map(
    (await db.listCollections().toArray()).map((each) => [Reflect.get(each, 'name'), Reflect.get(each, 'options') as Doc]),
  )
  const missing: string[] = []
  const different: string[] = []
  if (examination.newer.length > 0) different.push(`schema ${schema}, which is newer than this library's ${latestSchema}`)

  for (const name of collectionNames) {
    const options = found.get(name)
    if (options === undefined) {
      missing.push(`collection ${name}`)
      continue
    }
    // Ids and accounts that differ only in case would be the same, and accounts are walls.
    if (options.collation !== undefined) different.push(`collation of ${name}`)
    const { absent, unlike } = await compareIndexes(collections, name)
    missing.push(...absent)
    different.push(...unlike)
  }
  missing.push(...lacking(examination))
  different.push(...[...examination.changed, ...examination.missing].map((id) => `migration ${id}`))
  return { ok: missing.length === 0 && different.length === 0, schema, missing, different }
}

async function compareIndexes(
  collections: Collections,
  name: (typeof collectionNames)[number],
): Promise<{ absent: string[]; unlike: string[] }> {
  const found = new Map((await collections[name].listIndexes().toArray()).map((index) => [index.name, index]))
  const expected = indexes.filter(({ collection }) => collection === name)
  return {
    absent: expected.filter((index) => !found.has(index.name)).map((index) => `index ${index.name}`),
    unlike: expected
      .filter((index) => {
        const there = found.get(index.name)
        return there !== undefined && formOf(there) !== formOf(index)
      })
      .map((index) => `index ${index.name}`),
  }
}

const forms = ['unique', 'sparse', 'hidden', 'expireAfterSeconds', 'collation', 'prepareUnique']

/** What an index does, as text. The order of its keys counts, that of its options does not, and an option that is off is none. */
function formOf(index: object): string {
  const key = Reflect.get(index, 'key') as Record<string, unknown>
  const options = forms.map((name) => [name, Reflect.get(index, name)]).filter(([, value]) => value !== undefined && value !== false)
  return JSON.stringify([
    Object.entries(key).map(([field, direction]) => [field, typeof direction === 'string' ? direction : Number(direction)]),
    options,
    inOrder(Reflect.get(index, 'partialFilterExpression')),
  ])
}

function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .map(([field, each]) => [field, inOrder(each)])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
}
