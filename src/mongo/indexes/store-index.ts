import type { CollectionName } from '../collections.js'
import type { CollectionIndex } from '../migrations/indexes/declared-index.js'

/** An index of one of the store's collections. Each says which query it serves. */
export interface StoreIndex extends CollectionIndex {
  readonly collection: CollectionName
  readonly serves: string
}
