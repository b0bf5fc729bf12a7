import { withChannelName } from '../../model/planning/apply-patch.js'
import { patched } from '../../model/planning/change-conversation.js'
import { keptContact } from '../../model/planning/people.js'
import type { Change, UpdateConversation } from '../../store/adapter.js'
import { changeConversation } from '../change.js'
import type { MemoryDatabase } from '../database.js'

/**
 * Patches a conversation. A name of the customer is given to the contact too, unless a person has typed another one.
 */
export function updateConversation(database: MemoryDatabase, input: UpdateConversation): Change {
  const patch = structuredClone(input.patch)
  return changeConversation(database, input, (row, now, { people, world }) => {
    const contact = keptContact(world, row.contactId)
    const named = contact && withChannelName(contact, patch, now)
    if (named) people.putContact(named)
    return patched(patch)(row)
  })
}
