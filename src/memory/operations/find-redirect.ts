import type { Redirect, Scoped } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'

export function findRedirect(
  database: MemoryDatabase,
  { accountId, conversationId }: Scoped & { readonly conversationId: string },
): Redirect | null {
  const { merges, conversations } = database.account(accountId)
  const kept = conversations.rows.get(merges.of(conversationId)?.keptId ?? '')
  if (kept === undefined) return null
  return { conversationId: kept.id, parts: kept.parts.map(({ id, seqBase, eventBase }) => ({ id, seqBase, eventBase })) }
}
