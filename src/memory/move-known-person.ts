import type { InboxMigrationRow } from '../model/planning/inbox-migrations.js'
import type { ItemStamp } from '../model/planning/item-plan.js'
import { beginLink } from '../model/planning/link-identities.js'
import { mergeOfMove, moveKnown, welcomeOf } from '../model/planning/move-known.js'
import type { ContactInboxRow } from '../model/planning/rows.js'
import type { MemoryAccount } from './account.js'
import { joinContactsOf } from './operations/merge-contacts.js'

/** Moves a person whom the destination knows. Returns null for one who stays. */
export function moveKnownPerson(
  account: MemoryAccount,
  { id: by, kind, destinationOaId: oaId, onActiveConflict }: InboxMigrationRow,
  head: ContactInboxRow,
  stamp: ItemStamp,
): { readonly hasMergedContacts: boolean } | null {
  const { people, world } = account
  const welcome = welcomeOf(world, oaId, head)
  if (welcome.stays) return null
  const channel = people.inboxes.get(oaId)?.channel ?? null
  const moving = { by, oaId, channel, keepsWindow: kind === 'convert', merges: onActiveConflict === 'merge' }
  const mergeId = mergeOfMove(by, head.id)
  const { contactInboxes, conversations, links } = moveKnown(beginLink(world, stamp, mergeId), head, welcome.with, moving)
  for (const [id, mark] of contactInboxes) account.mark('contactInboxes', id, mark)
  for (const [id, mark] of conversations) account.mark('conversations', id, mark)
  if (links === null) return { hasMergedContacts: false }
  return { hasMergedContacts: joinContactsOf(account, { mergeId, now: stamp.now }, links) }
}
