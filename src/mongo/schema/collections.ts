import type { MongoDb, MongoRows } from '../driver.js'

export const collectionNames = [
  'inboxes',
  'inbox_owners',
  'contacts',
  'contact_inboxes',
  'conversations',
  'messages',
  'contact_interaction_events',
  'conversation_merges',
  'contact_merges',
  'leases',
  'lease_tokens',
  'webhook_journal',
  'sync_state',
  'inbox_migrations',
] as const
export type CollectionName = (typeof collectionNames)[number]
export type Collections = Readonly<Record<CollectionName, MongoRows>>

/** An acknowledged write is durable, whatever the host's client sets by default. */
export const writeConcern = { w: 'majority', journal: true } as const
/** The same write concern in the spelling of a raw command, which the driver passes on unchanged. */
export const commandWriteConcern = { w: 'majority', j: true } as const

// How the driver turns BSON into values is explicit too, because a client may be configured to leave some of them as
// they are.
export const collectionSettings = {
  writeConcern,
  readConcern: { level: 'majority' },
  readPreference: 'primary',
  promoteValues: true,
  promoteLongs: true,
  useBigInt64: false,
  ignoreUndefined: false,
  raw: false,
} as const

export function openCollections(db: MongoDb): Collections {
  const settings = { ...collectionSettings, promoteBuffers: false, serializeFunctions: false }
  const opened = collectionNames.map((name): [CollectionName, MongoRows] => [name, db.collection(name, settings)])
  return Object.fromEntries(opened) as Record<CollectionName, MongoRows>
}
