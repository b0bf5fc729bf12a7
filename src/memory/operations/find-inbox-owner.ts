import type { InboxOwner } from '../../model/inboxes.js'
import type { MemoryDatabase } from '../database.js'

export function findInboxOwner(database: MemoryDatabase, input: { readonly channel: string; readonly oaId: string }): InboxOwner | null {
  const owner = database.owner(input.channel, input.oaId)
  return owner && { ...owner }
}
