/**
 * How an index of the database stands to the declared ones. Two are the same where the server takes them for the same:
 * the order of the key counts, the order of options and of a condition's fields does not, 1 is 1.0 is Int32 1, and an
 * option that is off is none.
 * - `renamed`: the same under another name. Accepted, never rebuilt.
 * - `differs`: another index under the declared name. `key-reused`: the declared key under another name, with other
 *   options.
 * - `building`: not ready yet, somebody makes it. `invalid`: PostgreSQL's leftover of a build that failed.
 * - `unmanaged`: no migration declares it.
 */
export type IndexVerdict = 'equal' | 'missing' | 'renamed' | 'differs' | 'key-reused' | 'building' | 'invalid' | 'unmanaged'

export interface IndexFinding {
  readonly collection: string
  /** The declared name; of an unmanaged one, its own. */
  readonly index: string
  readonly verdict: IndexVerdict
  /** The name of the one that is there; null: none. */
  readonly found: string | null
  /** What is different, in words: `unique: declared true, found false`. */
  readonly differences: readonly string[]
}

export interface IndexSyncOptions {
  /** The name of the index set that is to be made beside the store's; null: all that are declared. */
  readonly indexSet: string | null
  /**
   * True drops the unmanaged ones too, but never a primary key, `_id_`, or what a constraint or a shard key rests on.
   */
  readonly prune: boolean
  /** Only this collection's, or table's; null: all. */
  readonly collection: string | null
}

/**
 * `change`: in place (TTL, hidden). `replace`: the new one is built beside, looked at, and only then the old one
 * dropped.
 */
export interface IndexAction {
  readonly collection: string
  readonly index: string
  readonly action: 'create' | 'change' | 'replace' | 'rebuild' | 'drop'
  /** The commands or statements, in order. */
  readonly would: readonly string[]
  /** What would stop it, duplicates first. Empty: nothing that is known. */
  readonly obstacles: readonly string[]
}
