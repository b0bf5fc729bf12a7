import type { EventInput, ReceiptEventInput } from '../../../model/event-inputs.js'
import { field, idText, isRecord, kindName, listField, readId, stringField } from '../fields.js'
import { eventBase, type ItemContext, type ItemReading } from '../item-context.js'
import { ofInbox, type WhatsappInbox } from './inbox.js'
import { isOfGroup } from './item.js'
import { type Contacts, readPerson, recipientFields } from './people.js'
import { readSeconds } from './times.js'

type Status = ReceiptEventInput['status']

/** A voice message that was played was read. */
const statuses: Readonly<Record<string, Status>> = { sent: 'sent', delivered: 'delivered', read: 'read', played: 'read', failed: 'failed' }

/** What a word of WhatsApp's means, in whatever case; null when it is no receipt. */
export function statusOf(word: string | null): Status | null {
  const name = word?.toLowerCase() ?? ''
  return Object.hasOwn(statuses, name) ? (statuses[name] ?? null) : null
}

/** Reads an element of `statuses`. The state of a payment has the same shape, and is no receipt. */
export function readStatus(status: unknown, inbox: WhatsappInbox, contacts: Contacts): ItemReading {
  if (!isRecord(status)) return { refused: 'not an object' }
  const type = stringField(status, 'type') ?? 'message'
  if (type !== 'message') return { ignored: `a status of ${kindName(type)}` }
  if (isOfGroup(status)) return { ignored: 'a status of a group' }
  const word = stringField(status, 'status')
  if (word === null) return { refused: 'status is missing' }
  const known = statusOf(word)
  if (known === null) return { ignored: `the status ${kindName(word)} is no receipt` }
  const id = readId(field(status, 'id'), 'id')
  if (id === null) return { refused: 'id is missing' }
  if ('refused' in id) return id
  // Later on-premise clients name the recipient one level deeper.
  const person = readPerson(status, recipientFields, contacts) ?? readPerson(field(status, 'message'), recipientFields, contacts)
  if (person === null) return { refused: 'recipient_id and recipient_user_id are missing' }
  if ('refused' in person) return person
  const { customerId, identities } = person
  const context = { ...ofInbox(inbox), customerId, identities, fromInbox: false, occurredAt: readSeconds(field(status, 'timestamp')) }
  return { context, events: [receiptOf(id.id, known, context, known === 'failed' ? errorIn(status) : null)] }
}

export function receiptOf(messageId: string, status: Status, context: ItemContext, error: string | null): EventInput {
  const { occurredAt } = eventBase({ ...context, fromInbox: false })
  return { type: 'receipt', status, messageIds: [messageId], ...(error !== null && { error }), ...(occurredAt && { occurredAt }) }
}

/** The code first, because the words change. */
function errorIn(status: unknown): string | null {
  const [first] = listField(status, 'errors')
  const words = [idText(field(first, 'code')), stringField(first, 'title')].filter((word) => word !== null && word !== '')
  return words.length === 0 ? null : words.join(' ').slice(0, 1000)
}
