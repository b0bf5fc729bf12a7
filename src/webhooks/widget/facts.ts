import { field, present, readId, stringField } from '../reading/fields.js'
import { eventBase, type ItemReading } from '../reading/item-context.js'
import type { WidgetContext } from './widget-context.js'

/** Reads the press of a button. */
export function readPostback(event: unknown, context: WidgetContext): ItemReading {
  const id = readId(field(event, 'id'), 'id')
  if (id === null) return { refused: 'id is missing' }
  if ('refused' in id) return id
  const payload = present({ payload: stringField(event, 'payload'), title: stringField(event, 'title') })
  return { context, events: [{ type: 'postback', messageId: id.id, payload, ...eventBase(context) }] }
}
