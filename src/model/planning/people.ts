import type { Conversation } from '../records.js'
import { byAge } from './byte-order.js'
import type { ContactInboxRow, ContactRow, ConversationRow, IdentityMark } from './rows.js'
import { toConversation } from './to-records.js'
import type { World } from './world.js'

/** The conversation as the host gets it. Only a linked one needs its contact inbox. */
export function conversationOf(world: World, row: ConversationRow): Conversation {
  return toConversation(row, row.isLinked ? world.contactInboxById(row.contactInboxId) : null)
}

/** The contact, or the one that it was merged into. */
export function keptContact(world: World, id: string): ContactRow | null {
  const row = world.contact(id)
  return row === null || row.mergedInto === null ? row : world.contact(row.mergedInto)
}

/** All ids of a person, also of one whose ids nobody has named with their kinds. */
export function marksOf(world: World, head: ContactInboxRow): readonly IdentityMark[] {
  return head.identities ?? [head, ...[...world.aliasesOf(head.id)].sort(byAge)].map(({ customerId }) => plainMark(customerId, null, null))
}

/** What a contact inbox goes by whose id another row has: no channel gives anybody such an id. */
export function nameless(contactInboxId: string): string {
  return `\u0001${contactInboxId}`
}

/** The mark of an id that nothing has moved. */
export function plainMark(id: string, kind: string | null, operationId: string | null): IdentityMark {
  return { id, kind, since: null, movedAt: null, formerSince: null, disputedSince: null, operationId }
}

/** Whether all ids of a person that are good to write to are those of accounts, and none is a phone number. */
export function isUnreachable(identities: readonly Pick<IdentityMark, 'kind' | 'formerSince'>[] | null): boolean {
  const current = (identities ?? []).filter(({ formerSince }) => formerSince === null)
  return current.length > 0 && current.every(({ kind }) => kind !== null && kind !== 'phone')
}
