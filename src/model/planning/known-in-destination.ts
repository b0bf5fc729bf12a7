import type { InboxMoveMatch, KnownInDestination } from '../inbox-migrations.js'
import { headsThere, mayJoin, welcomeOf } from './move-known.js'
import type { ContactInboxRow } from './rows.js'
import type { World } from './world.js'

/** What a move will meet in the destination of a person whom it knows. */
export function knownInDestination(world: World, oaId: string, head: ContactInboxRow, matchedBy: InboxMoveMatch): KnownInDestination {
  const { id, customerId, contactId } = head
  const welcome = welcomeOf(world, oaId, head)
  const staysApart = welcome.stays || !mayJoin(matchedBy)
  const active = world.activeConversation(id)
  const isTheirs = () => headsThere(world, oaId, head).some((other) => world.activeConversation(other.id) !== null)
  const isNamesakes = (key: string | null) => key !== null && world.activeByUsername(oaId, key) !== null
  return {
    customerId,
    contactId,
    matchedBy,
    destinationContactId: (welcome.stays ? null : welcome.with?.contactId) ?? null,
    hasActiveConflict: active !== null && (isTheirs() || isNamesakes(active.usernameKey)),
    staysApart,
  }
}
