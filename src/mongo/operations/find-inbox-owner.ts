import type { InboxOwner } from '../../model/inboxes.js'
import type { FindInboxOwner } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { inboxOwner, ownerKey } from '../documents/inboxes.js'
import { ownerFields } from '../projections.js'

/**
 * Finds the account that owns a channel identity. This is the only query that names no account, because a webhook does
 * not know it.
 */
export async function findInboxOwner(context: MongoContext, { channel, oaId }: FindInboxOwner): Promise<InboxOwner | null> {
  const options = { ...inSession(context), projection: ownerFields }
  const doc = await context.collections.inbox_owners.findOne({ _id: ownerKey({ channel, oaId }) }, options)
  return doc && inboxOwner(doc)
}
