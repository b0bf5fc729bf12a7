import type { InboxCounts, InboxMoveMatch } from '../model/inbox-migrations.js'
import { isOtherForm, isVariantOf } from '../model/phone-forms.js'
import { compareBytes } from '../model/planning/byte-order.js'
import type { ContactInboxRow, ConversationRow } from '../model/planning/rows.js'
import type { MemoryAccount } from './account.js'

/** How numbers in another form are matched: with everybody there but those whom this migration has moved there. */
export interface FormMatching {
  readonly except: string | null
}

/** The contact inboxes of an inbox after a `customerId`, in the order of their `customerId`. */
export function contactInboxesAfter({ people }: MemoryAccount, oaId: string, after: string | null): readonly ContactInboxRow[] {
  return [...people.contactInboxes.values()]
    .filter((row) => row.oaId === oaId && compareBytes(row.customerId, after ?? '') > 0)
    .sort((a, b) => compareBytes(a.customerId, b.customerId))
}

/** The contact inboxes of a person: the head's, and those of the aliases. */
export function groupOf({ people }: MemoryAccount, head: ContactInboxRow): readonly ContactInboxRow[] {
  return [head, ...people.aliasesOf(head.id)]
}

export function conversationsOf({ world }: MemoryAccount, group: readonly ContactInboxRow[]): readonly ConversationRow[] {
  return group.flatMap(({ id }) => world.conversationsOf(id))
}

/**
 * By what an inbox knows a person who is in another one. Null for somebody whom it does not know. `matching` is null
 * where a number counts in its own form alone.
 */
export function matchIn(account: MemoryAccount, oaId: string, head: ContactInboxRow, matching: FormMatching | null): InboxMoveMatch | null {
  const { people, world } = account
  const group = groupOf(account, head)
  if (people.contactInbox(oaId, head.customerId) !== null) return 'id'
  if (group.some(({ customerId }) => people.contactInbox(oaId, customerId) !== null)) return 'identity'
  const inDestination = (customerId: string) => {
    const row = people.contactInbox(oaId, customerId)
    return row !== null && account.moved.contactInboxes.get(row.id)?.by !== (matching?.except ?? '')
  }
  if (matching !== null && group.some(({ customerId }) => isOtherForm(customerId, inDestination))) return 'number'
  const active = conversationsOf(account, group).filter(({ status }) => status !== 'closed')
  if (active.some(({ usernameKey }) => usernameKey !== null && world.activeByUsername(oaId, usernameKey) !== null)) return 'username'
  const inSource = (customerId: string) => people.contactInbox(head.oaId, customerId) !== null
  return matching !== null && group.some(({ customerId }) => isVariantOf(customerId, inSource, inDestination)) ? 'variant' : null
}

export function countsOf({ messages }: MemoryAccount, contactInboxes: number, conversations: readonly ConversationRow[]): InboxCounts {
  const all = conversations.flatMap(({ id, parts }) => [id, ...parts.map((part) => part.id)]).flatMap((id) => messages.under(id))
  const attachments = all.reduce((sum, row) => sum + row.attachments.length, 0)
  return { conversations: conversations.length, messages: all.length, attachments, contactInboxes }
}
