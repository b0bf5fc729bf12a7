import type { ReceiptEventInput } from '../../model/event-inputs.js'
import { field, kindName, type Refused, readId, stringField } from '../reading/fields.js'
import type { ItemReading } from '../reading/item-context.js'
import { contextOf, type Participants } from './participants.js'

const statuses: Readonly<Record<string, ReceiptEventInput['status']>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  undelivered: 'failed',
  failed: 'failed',
}
/** What a message goes through before it is sent, and what changes nothing about a message that was. */
const notReceipts = ['accepted', 'scheduled', 'queued', 'sending', 'canceled', 'partially_delivered']

/** The status in a body, in small letters; null when the body is a message of a customer. */
export function statusWord(body: unknown): string | null {
  const word = (stringField(body, 'MessageStatus') || stringField(body, 'SmsStatus') || 'received').toLowerCase()
  return word === 'received' || word === 'receiving' ? null : word
}

/** Reads a status callback. Twilio tells no time, and may name neither number. */
export function readStatus(body: unknown, word: string, participants: Participants | Refused | { readonly ignored: string }): ItemReading {
  if ('refused' in participants || 'ignored' in participants) return participants
  if (notReceipts.includes(word)) return { ignored: `the status ${kindName(word)} is no receipt` }
  const status = Object.hasOwn(statuses, word) ? statuses[word] : undefined
  if (status === undefined) return { refused: 'MessageStatus is unknown' }
  const id = readId(field(body, 'MessageSid') ?? field(body, 'SmsSid'), 'MessageSid')
  if (id === null) return { refused: 'MessageSid is missing' }
  if ('refused' in id) return id
  const { oaId } = participants
  if (oaId === null) return { refused: 'From is missing' }
  const code = stringField(body, 'ErrorCode') || null
  return {
    context: contextOf(participants, oaId),
    events: [{ type: 'receipt', status, messageIds: [id.id], ...(status === 'failed' && code !== null && { error: code.slice(0, 64) }) }],
  }
}
