import { field, readId, stringField } from '../fields.js'
import { eventBase, type Reading } from '../item-context.js'
import { textOf } from './message.js'
import type { WhatsappContext } from './whatsapp-context.js'

/** Reads a reaction. One without an emoji takes the customer's reaction away. */
export function readReaction(context: WhatsappContext): Reading {
  const reaction = field(context.said, 'reaction')
  const target = readId(field(reaction, 'message_id'), 'reaction.message_id')
  if (target === null) return { refused: 'reaction.message_id is missing' }
  if ('refused' in target) return target
  const base = { type: 'reaction', targetMessageId: target.id, eventId: context.messageId, ...eventBase(context) } as const
  const emoji = stringField(reaction, 'emoji') ?? ''
  return { events: [emoji === '' ? { ...base, action: 'remove' } : { ...base, action: 'add', emoji }] }
}

/** Reads an edit. It has the whole message once more, of which the text counts. */
export function readEdit(context: WhatsappContext): Reading {
  const edit = field(context.said, 'edit')
  const target = readId(field(edit, 'original_message_id'), 'edit.original_message_id')
  if (target === null) return { refused: 'edit.original_message_id is missing' }
  if ('refused' in target) return target
  const text = textOf(field(edit, 'message'))
  if (text === null) return { refused: 'edit.message has no text' }
  return {
    events: [{ type: 'message_edit', targetMessageId: target.id, text, eventId: context.messageId, ...eventBase(context) }],
  }
}

export function readRevoke(context: WhatsappContext): Reading {
  const target = readId(field(field(context.said, 'revoke'), 'original_message_id'), 'revoke.original_message_id')
  if (target === null) return { refused: 'revoke.original_message_id is missing' }
  if ('refused' in target) return target
  return { events: [{ type: 'message_delete', targetMessageId: target.id, eventId: context.messageId, ...eventBase(context) }] }
}
