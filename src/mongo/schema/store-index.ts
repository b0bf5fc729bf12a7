import type { CollectionIndex } from '../migrator/indexes/declared-index.js'
import type { CollectionName } from './collections.js'

/** An index of one of the store's collections. `serves` tells which query needs it. */
export interface StoreIndex extends CollectionIndex {
  readonly collection: CollectionName
  readonly serves: string
}
