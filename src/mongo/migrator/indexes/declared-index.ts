import type { Doc } from '../../driver.js'

/** An index as a migration declares it: what `createIndex(key, options)` takes, under a name of its own. */
export interface CollectionIndex {
  /** In the order of its fields, which counts. */
  readonly key: Readonly<Record<string, unknown>>
  readonly options: IndexOptions
  /** `platform`: one that the store's own queries do not need. Default: every run makes it. */
  readonly indexSet?: 'store' | 'platform'
  /** The query that it serves. For people; changes nothing. */
  readonly serves?: string
}

/** The server's own options; the named ones are those that most indexes have. */
interface IndexOptions {
  readonly name: string
  readonly unique?: boolean
  readonly sparse?: boolean
  readonly hidden?: boolean
  readonly expireAfterSeconds?: number
  readonly partialFilterExpression?: Doc
  readonly collation?: Doc
  readonly [option: string]: unknown
}

export interface DeclaredIndex extends CollectionIndex {
  readonly collection: string
}

/**
 * A second index for a declared one, where the declared name is taken until the old one is dropped: MongoDB renames
 * none.
 */
export function derivedName(name: string, isTaken: (name: string) => boolean): string {
  for (let number = 2; ; number++) {
    const derived = `${name}__${number}`
    if (!isTaken(derived)) return derived
  }
}

/** Holds the constraint while an index that can have no second beside it is made anew. */
export function guardName(name: string): string {
  return `${name}__guard`
}

export function isDerivedName(candidate: string, name: string): boolean {
  return candidate.startsWith(`${name}__`) && /^(\d+|guard)$/.test(candidate.slice(name.length + 2))
}
