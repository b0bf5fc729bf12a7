import { isIdIndex } from '../migrator/indexes/live-indexes.js'
import type { MatchedCollection } from '../migrator/indexes/match-indexes.js'

/** The unique indexes of a collection that the store did not make, in words. */
export function foreignIndexesOf({ collection, matches }: MatchedCollection, prefix: string): readonly string[] {
  const known = new Set(matches.flatMap(({ same, former }) => [...(same === null ? [] : [same]), ...former].map(({ name }) => name)))
  const foreign = collection.indexes.filter((index) => index.options.unique === true && !isIdIndex(index) && !known.has(index.name))
  return foreign.map(({ name, key }) => `${name}, unique on ${prefix}${collection.name} (${Object.keys(key).join(', ')})`)
}
