import { limits } from '../../model/limits.js'
import { field, idText, listField, stringField } from '../reading/fields.js'
import { eventBase, type ItemReading } from '../reading/item-context.js'
import { readTime } from './times.js'
import type { WidgetContext } from './widget-context.js'

/** Reads which replies the visitor has received or seen: those that are named, or all up to a time. */
export function readReceipt(event: unknown, context: WidgetContext): ItemReading {
  const status = stringField(event, 'type') === 'read' ? 'read' : 'delivered'
  const messageIds = [...new Set(listField(event, 'messageIds').map(idText))].filter((id) => id !== null).slice(0, limits.receiptTargets)
  const watermark = readTime(field(event, 'upTo'))
  if (watermark !== null && 'refused' in watermark) return { refused: 'upTo is not a time of ISO 8601 with an offset' }
  if (watermark === null && messageIds.length === 0) return { refused: 'messageIds and upTo are missing' }
  return {
    context,
    events: [
      {
        type: 'receipt',
        status,
        ...(messageIds.length > 0 && { messageIds }),
        ...(watermark !== null && { watermark }),
        ...eventBase(context),
      },
    ],
  }
}
