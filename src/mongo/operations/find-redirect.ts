import type { Redirect, Scoped } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { partedRow } from '../documents/merges.js'
import { withoutOperations } from '../projections.js'

/** Where the id of a merged conversation leads. It takes two commands, and one for any other id. */
export async function findRedirect(
  context: MongoContext,
  { accountId, conversationId }: Scoped & { readonly conversationId: string },
): Promise<Redirect | null> {
  const { conversations, conversation_merges } = context.collections
  const merge = await conversation_merges.findOne({ accountId, lost_id: conversationId, standing: true }, inSession(context))
  if (merge === null) return null
  const filter = { accountId, _id: String(merge.kept_id) }
  const kept = await conversations.findOne(filter, { ...inSession(context), ...withoutOperations })
  if (kept === null) return null
  const { id, parts } = partedRow(kept)
  return { conversationId: id, parts: parts.map((part) => ({ id: part.id, seqBase: part.seqBase, eventBase: part.eventBase })) }
}
