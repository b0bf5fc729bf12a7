import type { IndexFinding, IndexVerdict } from '../../../migrator/kernel/index-findings.js'
import { isAsked } from '../../../migrator/kernel/index-sets.js'
import type { MongoDb } from '../../driver.js'
import { type DeclaredIndex, isDerivedName } from './declared-index.js'
import { describeDifferences } from './index-form.js'
import { type LiveCollection, readIndexes } from './live-indexes.js'
import { type FormedIndex, type IndexMatch, type MatchedCollection, matchIndexes } from './match-indexes.js'
import { serverCollations } from './server-collations.js'

/**
 * Compares the existing indexes with the declared ones, and lists the ones that nobody declares. It only reads, with
 * one command and one more per collection. An index of a set that was not asked for is reported if it exists, and is
 * never reported missing.
 */
export async function compareIndexes(
  db: MongoDb,
  declared: readonly DeclaredIndex[],
  indexSet: string | null = null,
): Promise<readonly IndexFinding[]> {
  const collections = await matchCollections(db, declared)
  return collections.flatMap((each) => findingsOf(each, indexSet))
}

export async function matchCollections(db: MongoDb, declared: readonly DeclaredIndex[]): Promise<readonly MatchedCollection[]> {
  const names = [...new Set(declared.map(({ collection }) => collection))]
  const live = await readIndexes(db, names)
  const collations = await serverCollations(db, declared)
  return live.map((collection) =>
    matchIndexes(
      collection,
      declared.filter((each) => each.collection === collection.name && !(each.mayBeAbsent && collection.type === 'missing')),
      collations,
    ),
  )
}

function findingsOf({ collection, matches, unmanaged }: MatchedCollection, indexSet: string | null): readonly IndexFinding[] {
  const strangers: IndexFinding[] = unmanaged.map(({ name }) => ({
    collection: collection.name,
    index: name,
    verdict: 'unmanaged',
    found: name,
    differences: [],
  }))
  return [...matches.flatMap((match) => findingOf(collection, match, indexSet)), ...strangers]
}

function findingOf(collection: LiveCollection, match: IndexMatch, indexSet: string | null): readonly IndexFinding[] {
  const { declared, form, same, former, rival } = match
  const [old] = former
  const found = old ?? same ?? rival
  if (found === null && !isAsked(declared.indexSet, indexSet)) return []
  const reason = cannotHave(collection)
  const differences = found === null ? (reason === null ? [] : [reason]) : describeDifferences(form, found.form)
  return [
    {
      collection: collection.name,
      index: declared.options.name,
      verdict: verdictOf(match, found),
      found: found?.name ?? null,
      differences,
    },
  ]
}

/** Why a collection cannot have indexes. Null if it can. */
export function cannotHave({ name, type }: LiveCollection): string | null {
  return type === 'view' ? `${name} is a view, which can have no index` : null
}

function verdictOf({ declared, same }: IndexMatch, found: FormedIndex | null): IndexVerdict {
  if (found === null) return 'missing'
  if (found.isBuilding) return 'building'
  if (found === same) return same.name === declared.options.name ? 'equal' : 'renamed'
  const { name } = declared.options
  return found.name === name || isDerivedName(found.name, name) ? 'differs' : 'key-reused'
}
