import { isChatScoped } from '../channels.js'
import type { Channel } from '../records.js'
import type { ContactInboxRow } from './rows.js'

/** Where the messages and events of a customer are stored. Each scope is the id of a contact inbox. */
export interface Scopes {
  /** What is new is stored here, and the watermarks are kept here. */
  readonly own: string
  /** All scopes in which something of this person may be stored. Nearly always this is the own one alone. */
  readonly all: readonly string[]
}

/**
 * The scopes of a customer whose contact inbox is `own`, of the group of `head`. The channel is asked for only where it
 * matters, because an adapter may have to load it.
 */
export function scopesIn(own: ContactInboxRow, head: ContactInboxRow, channel: () => Channel): Scopes {
  const isAlone = own.id === head.id && head.scopes === null
  if (isAlone || isChatScoped(channel())) return { own: own.id, all: [own.id] }
  return { own: head.id, all: groupScopes(head) }
}

/** The scopes in which anything of a group may be stored. */
export function groupScopes({ id, scopes }: ContactInboxRow): readonly string[] {
  return scopes ?? [id]
}

/** The first row that one of the scopes has. */
export function firstOf<Row>(scopes: readonly string[], find: (scope: string) => Row | null): Row | null {
  for (const scope of scopes) {
    const row = find(scope)
    if (row !== null) return row
  }
  return null
}
