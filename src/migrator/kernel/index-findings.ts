/**
 * How an index of the database compares with the declared ones. Two indexes are the same if the server takes them for
 * the same. The order of the key counts. The order of options, and of the fields of a condition, does not. The numbers
 * 1, 1.0 and Int32 1 are equal, and an option that is off counts as absent.
 * - `renamed`: the same index exists under another name. It is accepted and never rebuilt.
 * - `differs`: another index has the declared name.
 * - `key-reused`: the declared key exists under another name, with other options.
 * - `building`: the index is not ready yet, because somebody is building it.
 * - `invalid`: PostgreSQL left it behind after a build that failed.
 * - `unmanaged`: no migration declares it.
 */
export type IndexVerdict = 'equal' | 'missing' | 'renamed' | 'differs' | 'key-reused' | 'building' | 'invalid' | 'unmanaged'

export interface IndexFinding {
  readonly collection: string
  /** The declared name, or the index's own name if it is unmanaged. */
  readonly index: string
  readonly verdict: IndexVerdict
  /** The name of the index that exists, or null if there is none. */
  readonly found: string | null
  /** What is different, in words, such as `unique: declared true, found false`. */
  readonly differences: readonly string[]
}

export interface IndexSyncOptions {
  /** The name of the index set to make in addition to the store's, or null for all declared indexes. */
  readonly indexSet: string | null
  /**
   * True also drops the unmanaged indexes, but never a primary key, `_id_`, or an index that a constraint or a shard
   * key needs.
   */
  readonly prune: boolean
  /** Only the indexes of this collection or table, or null for all. */
  readonly collection: string | null
}

/**
 * `change` alters the index in place (TTL, hidden). `replace` builds the new index beside the old one, checks it, and
 * only then drops the old one.
 */
export interface IndexAction {
  readonly collection: string
  readonly index: string
  readonly action: 'create' | 'change' | 'replace' | 'rebuild' | 'drop'
  /** The commands or statements, in order. */
  readonly would: readonly string[]
  /** What would stop it, duplicates first. It is empty if nothing is known to stop it. */
  readonly obstacles: readonly string[]
}
