import { field, type Id, type Refused, readId } from '../fields.js'

/** Tells the page from the customer by their ids, because an echo has the page as its sender. */
export function readParticipants(item: unknown, pageId: string): { readonly customerId: string; readonly fromInbox: boolean } | Refused {
  const sender = participant(item, 'sender') ?? userRef(field(item, 'optin'), 'optin')
  const recipient = participant(item, 'recipient')
  if (sender === null) return { refused: 'sender.id is missing' }
  if (recipient === null) return { refused: 'recipient.id is missing' }
  if ('refused' in sender) return sender
  if ('refused' in recipient) return recipient
  if (sender.id === recipient.id) return { refused: 'sender.id and recipient.id are the same' }
  if (recipient.id === pageId) return { customerId: sender.id, fromInbox: false }
  if (sender.id === pageId) return { customerId: recipient.id, fromInbox: true }
  return { refused: 'entry.id and recipient.id disagree' }
}

function participant(item: unknown, role: 'sender' | 'recipient'): Id | Refused | null {
  const given = field(item, role)
  return readId(field(given, 'id'), `${role}.id`) ?? userRef(given, role)
}

/** A `user_ref` is not a page-scoped id, so it gets a prefix that keeps the two kinds of ids apart. */
function userRef(given: unknown, role: string): Id | Refused | null {
  const ref = readId(field(given, 'user_ref'), `${role}.user_ref`)
  return ref !== null && 'id' in ref ? { id: `user_ref:${ref.id}` } : ref
}
