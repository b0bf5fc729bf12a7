import type { CollectionIndex } from '../../migrator/indexes/declared-index.js'
import type { CollectionName } from '../collections.js'

/** An index of one of the store's collections. Each says which query it serves. */
export interface StoreIndex extends CollectionIndex {
  readonly collection: CollectionName
  readonly serves: string
}
