import { requireNotAborted } from '../model/abort.js'
import type { KnownInDestination } from '../store/inbox-move-port.js'
import { fingerprintOf } from './fingerprint.js'
import type { InboxMigrationPreview, MigratingAccount } from './options.js'

const listed = 20

/** Counts the source part by part, so that no single read takes long. */
export async function countInbox(
  account: MigratingAccount,
  { sourceOaId, destinationOaId }: { readonly sourceOaId: string; readonly destinationOaId: string },
  signal: AbortSignal | null,
): Promise<InboxMigrationPreview> {
  const sum = { conversations: 0, messages: 0, attachments: 0, contactInboxes: 0, people: 0, contacts: 0, unreachable: 0, skipped: 0 }
  const meeting = { activeConflicts: 0, contactsToMerge: 0, stayingApart: 0 }
  const known: KnownInDestination[] = []
  let after: string | null = null
  do {
    requireNotAborted(signal)
    const part = await account.previewInboxMove({ sourceOaId, destinationOaId, after }, signal === null ? {} : { signal })
    sum.conversations += part.conversations
    sum.messages += part.messages
    sum.attachments += part.attachments
    sum.contactInboxes += part.contactInboxes
    sum.people += part.people
    sum.contacts += part.contacts
    sum.unreachable += part.unreachable
    sum.skipped += part.known.length
    meeting.activeConflicts += part.known.filter(({ hasActiveConflict }) => hasActiveConflict).length
    meeting.contactsToMerge += part.known.filter(mergesContacts).length
    meeting.stayingApart += part.known.filter(({ staysApart }) => staysApart).length
    known.push(...part.known.slice(0, listed - known.length))
    after = part.next
  } while (after !== null)
  const between = { sourceOaId, destinationOaId }
  return {
    ...between,
    ...sum,
    ...meeting,
    unmatched: sum.people - sum.skipped,
    known,
    fingerprint: fingerprintOf({ ...between, ...sum, ...meeting }),
  }
}

function mergesContacts({ contactId, destinationContactId, staysApart }: KnownInDestination): boolean {
  return !staysApart && contactId !== null && destinationContactId !== null && contactId !== destinationContactId
}
