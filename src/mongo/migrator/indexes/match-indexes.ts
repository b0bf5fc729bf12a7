import type { Doc } from '../../driver.js'
import { type DeclaredIndex, isDerivedName } from './declared-index.js'
import { declaredForm, differingFields, excludeEachOther, foundForm, type IndexForm } from './index-form.js'
import { isIdIndex, type LiveCollection, type LiveIndex } from './live-indexes.js'
import { asDeclared, type Collations } from './server-collations.js'

export interface FormedIndex extends LiveIndex {
  readonly form: IndexForm
}

/**
 * A declared index and the existing ones that belong to it. Each existing index belongs to at most one declared index.
 */
export interface IndexMatch {
  readonly declared: DeclaredIndex
  readonly form: IndexForm
  /** The index with the same definition, under this name or another. Null if there is none. */
  readonly same: FormedIndex | null
  /**
   * Other indexes under the declared name, or under a name that we derive from it: an earlier definition, or what a run
   * that died left behind.
   */
  readonly former: readonly FormedIndex[]
  /**
   * An undeclared index on the same key, or one that the server does not allow beside the declared one. It is only
   * looked for if `same` and `former` are empty.
   */
  readonly rival: FormedIndex | null
}

export interface MatchedCollection {
  readonly collection: LiveCollection
  readonly matches: readonly IndexMatch[]
  /** The indexes that no migration declares. */
  readonly unmanaged: readonly FormedIndex[]
}

/** Matches by definition before name, so that two indexes that have swapped their names are both found. */
export function matchIndexes(
  collection: LiveCollection,
  declared: readonly DeclaredIndex[],
  collations: Collations = asDeclared,
): MatchedCollection {
  const free = new Set(collection.indexes.filter((index) => !isIdIndex(index)).map((index) => ({ ...index, form: foundForm(index) })))
  const take = (index: FormedIndex | undefined): FormedIndex | null => {
    if (index) free.delete(index)
    return index ?? null
  }
  const first = (isIt: (index: FormedIndex) => boolean) => take([...free].find(isIt))

  const formed = declared.map((each) => ({
    declared: each,
    form: declaredForm({ key: each.key, options: optionsOf(each) }, collection.collation, collations),
  }))
  const withSame = (isNamed: boolean) => (each: (typeof formed)[number] & { same: FormedIndex | null }) => ({
    ...each,
    same: each.same ?? first((index) => (!isNamed || index.name === each.declared.options.name) && isSame(each.form, index.form)),
  })
  const matched = formed
    .map((each) => withSame(true)({ ...each, same: null }))
    .map(withSame(false))
    .map((each) => {
      const { name } = each.declared.options
      const former = [...free].filter((index) => index.name === name || isDerivedName(index.name, name))
      for (const index of former) take(index)
      return { ...each, former }
    })
    .map((each) => ({ ...each, rival: each.same || each.former.length > 0 ? null : first((index) => isRival(each.form, index.form)) }))
  return { collection, matches: matched, unmanaged: [...free] }
}

function optionsOf({ options: { name: _, ...options } }: DeclaredIndex): Doc {
  return options
}

function isSame(declared: IndexForm, found: IndexForm): boolean {
  return differingFields(declared, found).length === 0
}

function isRival(declared: IndexForm, found: IndexForm): boolean {
  return declared.get('key')?.text === found.get('key')?.text || excludeEachOther(declared, found)
}
