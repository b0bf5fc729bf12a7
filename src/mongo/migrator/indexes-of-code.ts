import { storeOwner } from '../../migrator/kernel/migration.js'
import { retiredNames } from './declared-indexes.js'
import type { LiveIndex } from './indexes/live-indexes.js'
import { numberOf } from './indexes/shell-text.js'
import type { MongoMigration } from './migration.js'

/**
 * Tells of an index that no migration declares whether the code of one may have made it, so that nobody drops it. It
 * goes by the text of `up`: one that names the index, and one of the collection's migrations that makes indexes to
 * which the server gives names. What a migration retires by name is not among them.
 */
export function indexesOfCode(migrations: readonly MongoMigration[]): (index: LiveIndex, collection: string) => boolean {
  const codes = migrations
    .filter(({ owner, definition }) => owner !== storeOwner && definition.up !== undefined)
    .map(({ collection, definition }) => ({ collection, text: String(definition.up) }))
  const words = new Set(codes.flatMap(({ text }) => text.match(/[\p{L}\p{N}_$-]+/gu) ?? []))
  const unnamed = new Set(codes.filter(({ text }) => /createIndex(es)?\b/.test(text)).map(({ collection }) => collection))
  const retired = retiredNames(migrations)
  return ({ name, key }, collection) =>
    !retired.has(`${collection}\0${name}`) && (words.has(name) || (unnamed.has(collection) && name === usualName(key)))
}

/** The name that the server and its drivers give to an index that was declared without one. */
function usualName(key: Readonly<Record<string, unknown>>): string {
  return Object.entries(key)
    .map(([field, order]) => `${field}_${numberOf(order) ?? order}`)
    .join('_')
}
