/** What one migration says of indexes, each under an id that is the same for each declaration of the index. */
export interface IndexChanges<I> {
  readonly declares: readonly { readonly id: string; readonly index: I }[]
  /** The ids of the indexes that it retires. */
  readonly drops: readonly string[]
}

/**
 * The indexes that are in force after migrations have run in this order, by id. The last declaration of an index wins,
 * and one that was retired since is not among them.
 */
export function indexesInForce<I>(changes: readonly IndexChanges<I>[]): ReadonlyMap<string, I> {
  const inForce = new Map<string, I>()
  for (const { declares, drops } of changes) {
    for (const id of drops) inForce.delete(id)
    for (const { id, index } of declares) inForce.set(id, index)
  }
  return inForce
}

/** The ids of all indexes that the migrations change. */
export function changedIds(changes: readonly IndexChanges<unknown>[]): ReadonlySet<string> {
  return new Set(changes.flatMap(({ declares, drops }) => [...declares.map(({ id }) => id), ...drops]))
}
