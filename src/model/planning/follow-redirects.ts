import { compositeKey } from '../composite-key.js'
import { ConversationStoreError } from '../errors.js'
import type { UpsertItem, UpsertResult } from '../upsert-item.js'
import type { ResendStamp } from './operations.js'
import type { InboxRow } from './rows.js'
import { withoutVainUsername } from './vain-usernames.js'
import type { World } from './world.js'

type Named = Pick<UpsertItem, 'oaId' | 'customerId' | 'identities' | 'events' | 'usernameKey'>

/**
 * The items of a call, with the inbox in which each of them lands. It is decided for all of them before any is written,
 * so that all that a call brings of a customer goes to one inbox. A customer whom the inbox knows costs no look at it.
 * None of them claims a username where that says nothing of who a customer is. Throws COMMIT_OUTCOME_UNKNOWN.
 */
export function followRedirects(world: World, stamp: ResendStamp, given: readonly UpsertItem[]): readonly UpsertItem[] {
  const items = given.map((item) => withoutVainUsername(world, item))
  const leading = items.map((item) => {
    const inbox = isKnown(world, item) ? null : world.inbox(item.oaId)
    if (inbox !== null && mayBeElsewhere(inbox, stamp)) throw unknownOutcome(item)
    return inbox?.redirectedTo ?? null
  })
  if (leading.every((to) => to === null)) return items
  const placeOf = ({ oaId, customerId }: UpsertItem) => compositeKey(oaId, customerId)
  const staying = new Set(items.flatMap((item, index) => (leading[index] === null ? [placeOf(item)] : [])))
  return items.map((item, index) => {
    const to = leading[index] ?? null
    if (to === null || staying.has(placeOf(item))) return item
    // The channel that was given is the named inbox's, and the other one may have another.
    const channel = item.channel === world.inbox(item.oaId)?.channel ? null : item.channel
    return withoutVainUsername(world, { ...item, oaId: to, channel })
  })
}

/** Whether a call that was sent before may be written in an inbox to which this one does not redirect any more. */
function mayBeElsewhere({ redirectEndedAt }: InboxRow, { serverNow, resentAfter }: ResendStamp): boolean {
  return resentAfter !== null && redirectEndedAt !== null && redirectEndedAt.getTime() >= serverNow.getTime() - resentAfter
}

function unknownOutcome({ operationId }: UpsertItem): ConversationStoreError<'COMMIT_OUTCOME_UNKNOWN'> {
  return new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId })
}

/** The result of an item, with the inbox in which it landed if that is not the one that was named. */
export function withRedirect(result: UpsertResult, named: UpsertItem, written: UpsertItem): UpsertResult {
  return result.ok && written.oaId !== named.oaId ? { ...result, redirectedTo: written.oaId } : result
}

/** The inbox in which these ids are linked: the named one if it knows one of them. */
export function linkingInbox(world: World, oaId: string, ids: readonly string[]): string {
  return ids.some((id) => world.contactInbox(oaId, id) !== null) ? oaId : (world.inbox(oaId)?.redirectedTo ?? oaId)
}

/** All ids by which an item names customers: its own, and those that may be the same person's. */
export function idsOf({ customerId, identities, events }: Pick<Named, 'customerId' | 'identities' | 'events'>): readonly string[] {
  if (identities.length === 0 && events.every(({ type }) => type !== 'identity_change')) return [customerId]
  const changed = events.flatMap((event) => (event.type === 'identity_change' ? [...event.previous, ...event.current] : []))
  return [...new Set([customerId, ...[...identities, ...changed].map(({ id }) => id)])]
}

/** Whether the inbox knows the customer by one of the ids, or by the username of an active conversation. */
function isKnown(world: World, item: Named): boolean {
  const { oaId, usernameKey } = item
  if (idsOf(item).some((id) => world.contactInbox(oaId, id) !== null)) return true
  return usernameKey !== null && world.activeByUsername(oaId, usernameKey) !== null
}
