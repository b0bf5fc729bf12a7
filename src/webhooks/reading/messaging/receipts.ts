import { limits } from '../../../model/limits.js'
import { field, idText } from '../fields.js'
import { eventBase, type ItemContext, type Reading } from '../item-context.js'
import { readTime } from './times.js'

/** Reads a delivery receipt. `mids` may be missing; the watermark covers everything that was sent before it. */
export function readDelivery(item: unknown, context: ItemContext): Reading {
  const mids = field(field(item, 'delivery'), 'mids')
  const ids = Array.isArray(mids) ? mids.map(idText).filter((id) => id !== null) : []
  return readReceipt(field(item, 'delivery'), 'delivered', [...new Set(ids)], context)
}

/** Reads a read receipt. Messenger tells a watermark, Instagram the last message that was read. */
export function readRead(item: unknown, context: ItemContext): Reading {
  const mid = idText(field(field(item, 'read'), 'mid'))
  return readReceipt(field(item, 'read'), 'read', mid === null ? [] : [mid], context)
}

function readReceipt(given: unknown, status: 'delivered' | 'read', messageIds: readonly string[], context: ItemContext): Reading {
  if (context.fromInbox) return { ignored: `${status} by the page itself` }
  const watermark = readTime(field(given, 'watermark'))
  if (watermark === null && messageIds.length === 0) return { refused: `a ${status} receipt without mids and without a watermark` }
  const receipt = { type: 'receipt', status, ...eventBase(context) } as const
  const first = messageIds.slice(0, limits.receiptTargets)
  const further = Array.from({ length: Math.ceil(messageIds.length / limits.receiptTargets) }, (_, part) =>
    messageIds.slice(part * limits.receiptTargets, (part + 1) * limits.receiptTargets),
  ).slice(1)
  return {
    events: [
      { ...receipt, ...(first.length > 0 && { messageIds: first }), ...(watermark !== null && { watermark }) },
      ...further.map((ids) => ({ ...receipt, messageIds: ids })),
    ],
  }
}
