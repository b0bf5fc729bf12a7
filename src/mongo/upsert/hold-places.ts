import { compositeKey } from '../../model/composite-key.js'
import { followRedirects, idsOf } from '../../model/planning/follow-redirects.js'
import type { UpsertConversations } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import type { LoadedWorld } from './loaded-world.js'

/** What planning has refused of a call that is sent again is not looked at here. */
const firstSending = { serverNow: new Date(0), resentAfter: null }

/**
 * Holds the places of the customers whom an inbox did not know, and who were written to the one to which it redirects.
 * A transaction that began before the redirect may be making one of them known to the inbox at this moment, and has
 * read nothing that this one writes. So a document with the customer's key is inserted, and goes again: the unique
 * index lets one of the two transactions insert it, and the other one begins anew.
 */
export async function holdPlaces(
  context: MongoContext,
  accountId: string,
  world: LoadedWorld,
  calls: readonly UpsertConversations[],
): Promise<void> {
  const left = calls.flatMap(({ items }) => {
    const placed = followRedirects(world, firstSending, items)
    return items.filter((item, index) => placed[index]?.oaId !== item.oaId)
  })
  if (left.length === 0) return
  const places = new Map(
    left.flatMap((item) => {
      return idsOf(item).map((id) => [compositeKey('held', item.oaId, id), { oa_id: item.oaId, customer_id: id }] as const)
    }),
  )
  const { contact_inboxes: contactInboxes } = context.collections
  await contactInboxes.insertMany(
    [...places].map(([_id, place]) => ({ _id, accountId, ...place })),
    inSession(context),
  )
  await contactInboxes.deleteMany({ accountId, _id: { $in: [...places.keys()] } }, inSession(context))
}
