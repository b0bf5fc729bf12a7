import type { ReceiptEventInput } from '../../model/event-inputs.js'
import { field, kindName, readId } from '../reading/fields.js'
import { eventBase, type ItemReading } from '../reading/item-context.js'
import { type EvolutionInbox, readChat } from './participants.js'

/** WhatsApp's own words for the state of a message, and their numbers. */
const statuses: Readonly<Record<string, ReceiptEventInput['status']>> = {
  ERROR: 'failed',
  SERVER_ACK: 'sent',
  DELIVERY_ACK: 'delivered',
  READ: 'read',
  PLAYED: 'read',
  0: 'failed',
  2: 'sent',
  3: 'delivered',
  4: 'read',
  5: 'read',
}

/**
 * Reads `messages.update`. Its key stands in it or is spread over it. Of a customer's message it says what the phone of
 * the inbox did with it, which is no receipt.
 */
export function readUpdate(data: unknown, inbox: EvolutionInbox): ItemReading {
  const key = field(data, 'key') ?? data
  const context = readChat(key, inbox)
  if ('refused' in context || 'ignored' in context) return context
  const word = String(field(data, 'status') ?? field(field(data, 'update'), 'status') ?? '').toUpperCase()
  const id = readId(field(data, 'keyId') ?? field(key, 'id'), 'keyId')
  if (id === null) return { refused: 'keyId and key.id are missing' }
  if ('refused' in id) return id
  const receipt = { ...context, fromInbox: false }
  if (word === 'DELETED') {
    return { context, events: [{ type: 'message_delete', targetMessageId: id.id, ...eventBase(context) }] }
  }
  const status = Object.hasOwn(statuses, word) ? statuses[word] : undefined
  if (status === undefined) return { ignored: `the state ${kindName(word)} is no receipt` }
  if (field(key, 'fromMe') === false || field(key, 'fromMe') === 'false')
    return { ignored: 'a state of a customer message on our own phone' }
  return { context: receipt, events: [{ type: 'receipt', status, messageIds: [id.id], ...eventBase(receipt) }] }
}
