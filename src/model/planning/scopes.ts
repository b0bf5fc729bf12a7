import { isChatScoped } from '../channels.js'
import type { Channel } from '../records.js'
import type { CustomerTarget } from '../upsert-item.js'
import { nameless } from './people.js'
import type { ContactInboxRow } from './rows.js'
import type { World } from './world.js'

/** Where the messages and events of a customer are stored. Each scope is the id of a contact inbox. */
export interface Scopes {
  /** What is new is stored here, and the watermarks are kept here. */
  readonly own: string
  /** All scopes in which something of this person may be stored. Nearly always this is the own one alone. */
  readonly all: readonly string[]
  /**
   * Where that is stored which was said under the same id while it was another person's. What concerns it may come
   * late, or again, and is no news of the person who has the id now. Nearly always empty.
   */
  readonly former: readonly string[]
}

/**
 * Where everything of a customer is whose contact inbox is `own`, of the group of `head`. The channel is asked for only
 * where it matters, because an adapter may have to load it.
 */
export function scopesIn(own: ContactInboxRow, head: ContactInboxRow, channel: () => Channel): Omit<Scopes, 'former'> {
  const isAlone = own.id === head.id && head.scopes === null
  if (isAlone || isChatScoped(channel())) return { own: own.id, all: [own.id] }
  return { own: head.id, all: groupScopes(head) }
}

/** What was said under a customer's id while it was another person's. */
export function formerScopes(world: World, own: ContactInboxRow, channel: () => Channel): readonly string[] {
  if (own.previousHeadId === null || isChatScoped(channel())) return []
  return [...new Set(formerHeads(world, own).flatMap(groupScopes))]
}

/** The heads of those who had an id before, the last of them first. */
export function formerHeads(world: World, { previousHeadId }: ContactInboxRow): readonly ContactInboxRow[] {
  const previous = previousHeadId === null ? null : world.contactInboxById(previousHeadId)
  const head = previous && headOf(world, previous)
  if (previous === null || head === null) return []
  // What was before is told by the row that the id had then. One that goes by another id tells that one's past.
  return [head, ...(previous.customerId === nameless(previous.id) ? formerHeads(world, previous) : [])]
}

/**
 * The scopes of a customer as they are now. Null for one who is unknown. They follow the channel of the head, unless
 * another one is given.
 */
export function customerScopes(world: World, { oaId, customerId }: CustomerTarget, given: Channel | null = null): Scopes | null {
  const own = world.contactInbox(oaId, customerId)
  const head = own && headOf(world, own)
  if (own === null || head === null) return null
  const channel = () => given ?? head.channel
  return { former: formerScopes(world, own, channel), ...scopesIn(own, head, channel) }
}

/** The contact inbox that this one is an alias of, otherwise this one itself. */
export function headOf(world: Pick<World, 'contactInboxById'>, own: ContactInboxRow): ContactInboxRow | null {
  return own.canonicalId === null ? own : world.contactInboxById(own.canonicalId)
}

/** The scopes in which anything of a group may be stored. */
export function groupScopes({ id, scopes }: ContactInboxRow): readonly string[] {
  return scopes ?? [id]
}

/**
 * The scopes of several groups that become one, each once: a row may be a scope of two of them, whose id went to
 * somebody after something was stored under it.
 */
export function joinedScopes(heads: readonly ContactInboxRow[]): readonly string[] {
  return [...new Set(heads.flatMap(groupScopes))]
}

/** Where what an event names may be stored. */
export function everyScope({ all, former }: Scopes): readonly string[] {
  return [...all, ...former]
}

/** The first row that one of the scopes has. */
export function firstOf<Row>(scopes: readonly string[], find: (scope: string) => Row | null): Row | null {
  for (const scope of scopes) {
    const row = find(scope)
    if (row !== null) return row
  }
  return null
}
