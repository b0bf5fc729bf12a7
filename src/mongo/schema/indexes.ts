import type { Doc } from '../driver.js'
import type { CollectionName } from './collections.js'
import { conversationIndexes } from './indexes/conversations.js'
import { eventIndexes } from './indexes/events.js'
import { messageIndexes } from './indexes/messages.js'
import { peopleIndexes } from './indexes/people.js'
import type { StoreIndex } from './indexes/store-index.js'

/**
 * All indexes of the store's collections, each declared here alone: those that its queries and guards need, and those of the platform. The
 * names are those of the PostgreSQL adapter. Every index leads with the account, so that the collections shard by it. A condition is the
 * presence of a field (documents.ts leaves such a field out where it has no value) or a comparison: a partial index can ask for nothing like
 * "is not null", and is used only by a query that implies its condition.
 */
export const declaredIndexes: readonly StoreIndex[] = [...peopleIndexes, ...conversationIndexes, ...messageIndexes, ...eventIndexes]

export interface IndexDefinition {
  readonly collection: CollectionName
  readonly name: string
  readonly key: Readonly<Record<string, unknown>>
  readonly unique?: boolean
  readonly partialFilterExpression?: Doc
}

/** Those that the store itself needs, as specifications. */
export const indexes: readonly IndexDefinition[] = declaredIndexes
  .filter(({ indexSet }) => indexSet !== 'platform')
  .map(({ collection, key, options: { name, unique, partialFilterExpression } }) => ({
    collection,
    name,
    key,
    ...(unique === undefined ? {} : { unique }),
    ...(partialFilterExpression === undefined ? {} : { partialFilterExpression }),
  }))
