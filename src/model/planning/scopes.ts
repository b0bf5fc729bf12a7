import { isChatScoped } from '../channels.js'
import type { Channel } from '../records.js'
import type { CustomerTarget } from '../upsert-item.js'
import type { ContactInboxRow } from './rows.js'
import type { World } from './world.js'

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

/**
 * The scopes of a customer as they are now. Null for one who is unknown. They follow the channel of the head, unless
 * another one is given.
 */
export function customerScopes(world: World, { oaId, customerId }: CustomerTarget, channel: Channel | null = null): Scopes | null {
  const own = world.contactInbox(oaId, customerId)
  const head = own && headOf(world, own)
  return own && head && scopesIn(own, head, () => channel ?? head.channel)
}

/** The contact inbox that this one is an alias of, otherwise this one itself. */
export function headOf(world: World, own: ContactInboxRow): ContactInboxRow | null {
  return own.canonicalId === null ? own : world.contactInboxById(own.canonicalId)
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
