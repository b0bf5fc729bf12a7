import { field, type Id, type Refused, readId, stringField } from '../reading/fields.js'
import { eventBase, type ItemReading } from '../reading/item-context.js'
import type { WidgetContext } from './widget-context.js'

export function readEdit(event: unknown, context: WidgetContext): ItemReading {
  const target = readTarget(event)
  if ('refused' in target) return target
  const text = stringField(event, 'text')
  if (text === null) return { refused: 'text is not a string' }
  return { context, events: [{ type: 'message_edit', targetMessageId: target.id, text, ...eventBase(context) }] }
}

export function readDeletion(event: unknown, context: WidgetContext): ItemReading {
  const target = readTarget(event)
  if ('refused' in target) return target
  return { context, events: [{ type: 'message_delete', targetMessageId: target.id, ...eventBase(context) }] }
}

/** Reads a reaction. One without an emoji takes the visitor's reaction away. */
export function readReaction(event: unknown, context: WidgetContext): ItemReading {
  const target = readTarget(event)
  if ('refused' in target) return target
  const base = { type: 'reaction', targetMessageId: target.id, ...eventBase(context) } as const
  const emoji = stringField(event, 'emoji')?.slice(0, 64) ?? ''
  return { context, events: [emoji === '' ? { ...base, action: 'remove' } : { ...base, action: 'add', emoji }] }
}

function readTarget(event: unknown): Id | Refused {
  return readId(field(event, 'messageId'), 'messageId') ?? { refused: 'messageId is missing' }
}
