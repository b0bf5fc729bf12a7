import { field, idText, isRecord, present, readId, stringField } from '../reading/fields.js'
import type { ItemReading } from '../reading/item-context.js'
import { nameOf, readChat } from './participants.js'

/**
 * Reads the press of a button. The customer is who pressed it: the message under which it stands is the bot's. The
 * press has no time, and the message's is when the bot wrote it.
 */
export function readCallback(query: unknown, oaId: string): ItemReading {
  const from = readId(field(field(query, 'from'), 'id'), 'from.id')
  if (from === null) return { refused: 'from.id is missing' }
  if ('refused' in from) return from
  const message = field(query, 'message')
  const chat = isRecord(message) ? readChat(message, oaId) : null
  if (chat !== null && ('refused' in chat || 'ignored' in chat)) return chat
  const given = idText(field(query, 'id'))
  const id = given === null ? null : readId(`cb:${given}`, 'id')
  if (id === null) return { refused: 'id is missing' }
  if ('refused' in id) return id
  const payload = present({
    payload: stringField(query, 'data'),
    game: stringField(query, 'game_short_name'),
    buttonsOf: idText(field(message, 'message_id')),
  })
  return {
    context: { oaId, customerId: from.id, ...nameOf(field(query, 'from')), fromInbox: false, standby: false, occurredAt: null },
    events: [{ type: 'postback', messageId: id.id, payload }],
  }
}
