import type { Doc } from '../../driver.js'
import { type DeclaredIndex, isDerivedName } from './declared-index.js'
import { declaredForm, differingFields, excludeEachOther, foundForm, type IndexForm } from './index-form.js'
import { isIdIndex, type LiveCollection, type LiveIndex } from './live-indexes.js'

export interface FormedIndex extends LiveIndex {
  readonly form: IndexForm
}

/** A declared index and what there is of it. Every index that is there stands with one declared one at most. */
export interface IndexMatch {
  readonly declared: DeclaredIndex
  readonly form: IndexForm
  /** The same, under this name or another. */
  readonly same: FormedIndex | null
  /**
   * Others under the declared name, or under one that we derive from it: an earlier form of it, or what a run that died
   * left.
   */
  readonly former: readonly FormedIndex[]
  /** A stranger on the same key, or one that the server takes no second of. */
  readonly rival: FormedIndex | null
}

export interface MatchedCollection {
  readonly collection: LiveCollection
  readonly matches: readonly IndexMatch[]
  /** What no migration declares. */
  readonly unmanaged: readonly FormedIndex[]
}

/** Form before name: two indexes that have changed their names are both there. */
export function matchIndexes(collection: LiveCollection, declared: readonly DeclaredIndex[]): MatchedCollection {
  const free = new Set(collection.indexes.filter((index) => !isIdIndex(index)).map((index) => ({ ...index, form: foundForm(index) })))
  const take = (index: FormedIndex | undefined): FormedIndex | null => {
    if (index) free.delete(index)
    return index ?? null
  }
  const first = (isIt: (index: FormedIndex) => boolean) => take([...free].find(isIt))

  const formed = declared.map((each) => ({
    declared: each,
    form: declaredForm({ key: each.key, options: optionsOf(each) }, collection.collation),
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
