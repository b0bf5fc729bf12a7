import type { MongoCollection, MongoDb } from '../driver.js'

export const collectionNames = [
  'inboxes',
  'inbox_owners',
  'contacts',
  'contact_inboxes',
  'conversations',
  'messages',
  'contact_interaction_events',
] as const
export type CollectionName = (typeof collectionNames)[number]
export type Collections = Readonly<Record<CollectionName, MongoCollection>>

/** Acknowledged is durable, whatever the host's client asks for by default. */
export const writeConcern = { w: 'majority', journal: true } as const
/** As a command says it, where the driver does not say it for us. */
export const commandWriteConcern = { w: 'majority', j: true } as const

// Explicit too: how the driver turns BSON into values, for a client may be set up to leave them as they are.
const settings = {
  writeConcern,
  readConcern: { level: 'majority' },
  readPreference: 'primary',
  promoteValues: true,
  promoteLongs: true,
  promoteBuffers: false,
  useBigInt64: false,
  ignoreUndefined: false,
  serializeFunctions: false,
  raw: false,
} as const

export function openCollections(db: MongoDb): Collections {
  return Object.fromEntries(collectionNames.map((name) => [name, db.collection(name, settings)])) as Record<CollectionName, MongoCollection>
}
