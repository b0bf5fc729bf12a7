import { knownInDestination } from '../../model/planning/known-in-destination.js'
import { isUnreachable } from '../../model/planning/people.js'
import type { InboxMovePreview, PreviewInboxMove } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { contactInboxesAfter, conversationsOf, countsOf, matchIn } from '../people-of-inbox.js'

export function previewInboxMove(database: MemoryDatabase, input: PreviewInboxMove): InboxMovePreview {
  const account = database.account(input.accountId)
  const all = contactInboxesAfter(account, input.sourceOaId, input.after)
  const part = all.slice(0, input.limit)
  const heads = part.filter(({ canonicalId }) => canonicalId === null)
  const known = heads.flatMap((head) => {
    const matchedBy = matchIn(account, input.destinationOaId, head, { except: null })
    return matchedBy === null ? [] : [knownInDestination(account.world, input.destinationOaId, head, matchedBy)]
  })
  return {
    ...countsOf(account, part.length, conversationsOf(account, part)),
    people: heads.length,
    unreachable: heads.filter(({ identities }) => isUnreachable(identities)).length,
    contacts: heads.filter(({ contactId }) => contactId !== null).length,
    known,
    next: part.length < all.length ? (part.at(-1)?.customerId ?? null) : null,
  }
}
