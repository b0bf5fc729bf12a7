import { channelOf, findSituation } from './choose-conversation.js'
import type { ItemPlan } from './item-plan.js'
import { ensureContactInbox } from './open-conversation.js'
import type { ContactInboxRow } from './rows.js'

/**
 * The contact inbox that keeps what waits for the item's customer, and their watermarks. Where all that an item brings
 * is known, it is made no earlier than here: of an id that is new, nothing but this is kept.
 */
export function keepContactInbox({ world, stamp, item, scopes }: ItemPlan): ContactInboxRow {
  const kept = world.contactInboxById(scopes.own)
  if (kept !== null) return kept
  const situation = findSituation(world, item)
  return ensureContactInbox(world, stamp, item, situation, channelOf(item, situation, { how: 'joins', conversation: null }))
}
