import { type Collected, collectEach, collectReading, rejectWithoutInbox } from '../reading/collecting.js'
import { field, isRecord, kindName, readId, readName, stringField } from '../reading/fields.js'
import type { ItemReading } from '../reading/item-context.js'
import { readDeletion, readEdit, readReaction } from './changes.js'
import { readPostback } from './facts.js'
import { readMessage } from './message.js'
import { readReceipt } from './receipts.js'
import { readTime } from './times.js'
import type { WidgetContext } from './widget-context.js'

const readers: Readonly<Record<string, (event: unknown, context: WidgetContext) => ItemReading>> = {
  message: readMessage,
  postback: readPostback,
  edit: readEdit,
  delete: readDeletion,
  reaction: readReaction,
  delivered: readReceipt,
  read: readReceipt,
}

/** Reads what one visitor did. `widgetId` may be left out where the route names the inbox. */
export function readBody(body: unknown, oaId: string | undefined, collected: Collected): void {
  if (!isRecord(body)) return void collected.rejected.push({ path: 'body', reason: 'not an object' })
  const widget = readId(field(body, 'widgetId'), 'widgetId')
  if (widget !== null && 'refused' in widget) return void collected.rejected.push({ path: 'widgetId', reason: widget.refused })
  const inbox = widget?.id ?? oaId
  if (inbox === undefined) return void rejectWithoutInbox('widgetId', collected)
  const visitor = readId(field(body, 'visitorId'), 'visitorId')
  if (visitor === null) return void collected.rejected.push({ path: 'visitorId', reason: 'visitorId is missing' })
  if ('refused' in visitor) return void collected.rejected.push({ path: 'visitorId', reason: visitor.refused })
  const name = readName(field(body, 'visitorName'))
  const base = { oaId: inbox, customerId: visitor.id, fromInbox: false, standby: false, ...(name !== null && { customerName: name }) }
  collectEach(field(body, 'events'), 'events', collected, (event, path) => {
    collectReading(readEvent(event, base), path, collected)
  })
}

function readEvent(event: unknown, base: Omit<WidgetContext, 'occurredAt'>): ItemReading {
  if (!isRecord(event)) return { refused: 'not an object' }
  const type = stringField(event, 'type')
  if (type === null) return { refused: 'type is missing' }
  const reader = Object.hasOwn(readers, type) ? readers[type] : undefined
  if (reader === undefined) return { ignored: `${kindName(type)} is not an event of a conversation` }
  const occurredAt = readTime(field(event, 'at'))
  return occurredAt !== null && 'refused' in occurredAt ? occurredAt : reader(event, { ...base, occurredAt })
}
