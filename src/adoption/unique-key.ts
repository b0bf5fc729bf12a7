import type { Conversations } from './tables.js'

/** Which conversations of one customer in one inbox of one account the new index lets stand beside each other. */
export type UniqueOver = 'active' | 'all'

/** The unique index that a host is to have, by what it means. */
export interface UniqueKey {
  readonly over: UniqueOver
  readonly name: string
  /** What the index forbids, in a sentence. */
  readonly forbids: string
  /** Why it is another index than the one that was asked for. Null if it is that one. */
  readonly note: string | null
}

/**
 * The key that is meant. Without a field of the status nobody can tell which conversations are active, so then it is
 * over all of them.
 */
export function uniqueKeyOf(table: Conversations, options: { readonly over?: UniqueOver; readonly newIndex?: string }): UniqueKey {
  const wanted = options.over ?? 'active'
  const over = table.status === null ? 'all' : wanted
  const full = `${table.accountId}_1_${table.oaId}_1_${table.customerId}_1`
  return {
    over,
    name: options.newIndex ?? (over === 'all' ? full : `${full}_active`),
    forbids:
      over === 'all'
        ? 'A second conversation of a customer in an inbox of an account, also after the first was closed.'
        : 'A second active conversation of a customer in an inbox of an account. Closed ones may repeat.',
    note:
      over === wanted ? null : 'No field of the status was named, so the index is over all conversations, and not over the active ones.',
  }
}
