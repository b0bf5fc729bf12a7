import type { Doc } from '../../driver.js'

/** An index as a migration declares it: the arguments of `createIndex(key, options)`, with a name of its own. */
export interface CollectionIndex {
  /** The indexed fields. Their order matters. */
  readonly key: Readonly<Record<string, unknown>>
  readonly options: IndexOptions
  /** `platform` marks an index that the store's own queries do not need. Default `store`, which every run makes. */
  readonly indexSet?: 'store' | 'platform'
  /** The query that needs the index. It is for people and has no effect. */
  readonly serves?: string
  /**
   * Whether the collection may have been dropped on purpose. `sync:indexes` then neither misses nor makes the index.
   * Default false.
   */
  readonly mayBeAbsent?: boolean
}

/** The server's own index options. The named ones are those that most indexes use. */
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
 * A name for the new index while the old one still has the declared name. The index keeps this name, because MongoDB
 * cannot rename an index.
 */
export function derivedName(name: string, isTaken: (name: string) => boolean): string {
  for (let number = 2; ; number++) {
    const derived = `${name}__${number}`
    if (!isTaken(derived)) return derived
  }
}

/**
 * The name of an index that holds the constraint while the server allows no second index beside the one that is
 * rebuilt.
 */
export function guardName(name: string): string {
  return `${name}__guard`
}

export function isDerivedName(candidate: string, name: string): boolean {
  return candidate.startsWith(`${name}__`) && /^(\d+|guard)$/.test(candidate.slice(name.length + 2))
}
