import { limits } from '../../model/limits.js'
import { field, idText, listField } from '../reading/fields.js'
import { eventBase, type ItemReading } from '../reading/item-context.js'
import { readParticipants } from './participants.js'

/**
 * Reads that a customer received or saw what the account sent. It is named after the user, and most sources have the
 * account as its sender all the same.
 */
export function readReceipt(event: unknown, name: string, oaId: string | undefined): ItemReading {
  const read = readParticipants(event, 'sender', oaId, false)
  if ('refused' in read) return read
  const context = { ...read, fromInbox: false }
  const message = field(event, 'message')
  const ids = [field(message, 'msg_id'), ...listField(message, 'msg_ids'), ...listField(event, 'msg_ids')].map(idText)
  const messageIds = [...new Set(ids)].filter((id) => id !== null)
  if (messageIds.length === 0) return { refused: 'message.msg_id and message.msg_ids are missing' }
  const status = name === 'user_seen_message' ? 'read' : 'delivered'
  const parts = Array.from({ length: Math.ceil(messageIds.length / limits.receiptTargets) }, (_, part) =>
    messageIds.slice(part * limits.receiptTargets, (part + 1) * limits.receiptTargets),
  )
  return { context, events: parts.map((part) => ({ type: 'receipt', status, messageIds: part, ...eventBase(context) })) }
}
