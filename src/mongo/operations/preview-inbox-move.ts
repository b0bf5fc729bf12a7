import type { InboxMovePreview } from '../../model/inbox-migrations.js'
import type { PreviewInboxMove } from '../../store/adapter.js'
import type { MongoContext } from '../context.js'
import { countsOf, peopleOfInbox } from '../people-of-inbox.js'

/** Counts a part of an inbox, and names who of it another one knows. */
export async function previewInboxMove(context: MongoContext, input: PreviewInboxMove): Promise<InboxMovePreview> {
  const { accountId } = input
  const { people, contactInboxes, held, next } = await peopleOfInbox(context, { ...input, conversations: Number.POSITIVE_INFINITY })
  const known = people.flatMap(({ customerId, contactId, matchedBy }) => (matchedBy === null ? [] : [{ customerId, contactId, matchedBy }]))
  const contacts = people.filter(({ contactId }) => contactId !== null).length
  const unreachable = people.filter((person) => person.isUnreachable).length
  return { ...(await countsOf(context, accountId, contactInboxes, held)), people: people.length, contacts, unreachable, known, next }
}
