import { field, readId, stringField } from '../reading/fields.js'
import { eventBase, type ItemReading } from '../reading/item-context.js'
import { readParticipants } from './participants.js'

/** Reads a reaction. Zalo writes the icon as text such as `/-heart`, and a removal as `/-remove`. */
export function readReaction(event: unknown, name: string, oaId: string | undefined): ItemReading {
  const isOurs = name.startsWith('oa_')
  const context = readParticipants(event, isOurs ? 'sender' : 'recipient', oaId, false)
  if ('refused' in context) return context
  const message = field(event, 'message')
  const target = readId(field(message, 'msg_id'), 'message.msg_id')
  if (target === null) return { refused: 'message.msg_id is missing' }
  if ('refused' in target) return target
  const emoji = (stringField(message, 'react_icon') ?? '').slice(0, 64)
  const base = { type: 'reaction', targetMessageId: target.id, ...eventBase(context) } as const
  return { context, events: [emoji === '' || emoji === '/-remove' ? { ...base, action: 'remove' } : { ...base, action: 'add', emoji }] }
}
