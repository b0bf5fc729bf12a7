import { acceptanceOf, deliveryStatus, isFailed, isReceived } from './delivery-status.js'
import type { ContactInboxRow, MessageRow, Watermark } from './rows.js'
import { earlier, later } from './times.js'

/** What an event tells of the delivery of one outbound message. */
export interface DeliveryNews {
  /** The channel has it since then. */
  readonly sentAt?: Date
  /** The channel accepted the host's reply then. */
  readonly acceptedAt?: Date
  readonly deliveredAt?: Date
  readonly readAt?: Date
  /** The channel refused the host's reply, as the host says. */
  readonly refused?: Failure
  /** The channel took the message and failed to deliver it, as the channel says. */
  readonly bounced?: Failure
}

interface Failure {
  readonly at: Date
  readonly error: string | null
}

/**
 * The message with the news and with what follows from them. Everything that a message keeps of its delivery is the
 * least, the greatest or the union of what it was told, so the same news give the same message in any order.
 */
export function withNews(row: MessageRow, news: DeliveryNews, contactInbox: ContactInboxRow): MessageRow {
  if (row.direction === 'inbound') return row
  const acceptedAt = acceptanceOf(row)
  const told = {
    ...row,
    acceptedAt: news.acceptedAt === undefined ? acceptedAt : later(acceptedAt, news.acceptedAt),
    sentAt: earlier(row.sentAt, news.sentAt ?? null),
    deliveredAt: earlier(row.deliveredAt, news.deliveredAt ?? null),
    readAt: earlier(row.readAt, news.readAt ?? null),
    isMarked: row.isMarked && news.deliveredAt === undefined && news.readAt === undefined,
  }
  return settled(withBounce(withRefusal(told, news.refused), news.bounced), contactInbox)
}

/** The last refusal is kept, because it is the one that a later attempt may take back. */
function withRefusal(row: MessageRow, refused: Failure | undefined): MessageRow {
  if (refused === undefined || row.isBounced) return row
  const isLater = row.failedAt === null || row.failedAt.getTime() < refused.at.getTime()
  return isLater ? { ...row, failedAt: refused.at, error: refused.error } : row
}

/** The first of the channel's own failures is kept, in place of what the host reported. */
function withBounce(row: MessageRow, bounced: Failure | undefined): MessageRow {
  if (bounced === undefined) return row
  const isFirst = !row.isBounced || row.failedAt === null || bounced.at.getTime() < row.failedAt.getTime()
  return isFirst ? { ...row, failedAt: bounced.at, error: bounced.error, isBounced: true } : row
}

/**
 * The message with what follows from the facts that it keeps, and from the customer's watermarks. A watermark says
 * nothing of a message that failed, so such a message loses what watermarks gave it before the failure was known.
 */
export function settled(row: MessageRow, { deliveredWatermark, readWatermark }: ContactInboxRow): MessageRow {
  if (row.direction === 'inbound') return row
  const failed = isFailed(row)
  const deliveredAt = failed ? null : (row.deliveredAt ?? timeOf(deliveredWatermark, row))
  const readAt = failed ? null : (row.readAt ?? timeOf(readWatermark, row))
  const isMarked = !isReceived(row) && (deliveredAt !== null || readAt !== null)
  const acceptedAt = row.acceptedAt?.getTime() === row.sentAt?.getTime() ? null : row.acceptedAt
  const next = { ...row, deliveredAt, readAt, isMarked, acceptedAt }
  return { ...next, status: deliveryStatus(next) }
}

function timeOf(watermark: Watermark | null, { sentAt }: MessageRow): Date | null {
  return watermark !== null && sentAt !== null && watermark.upTo.getTime() >= sentAt.getTime() ? watermark.at : null
}

const shown = ['status', 'sentAt', 'deliveredAt', 'readAt', 'failedAt', 'error'] as const
const kept = [...shown, 'acceptedAt', 'isMarked', 'isBounced'] as const

/** Whether a host sees a difference in the delivery. */
export function showsOtherDelivery(a: MessageRow, b: MessageRow): boolean {
  return shown.some((field) => a[field] !== b[field])
}

/** Whether anything that is kept of the delivery differs. */
export function keepsOtherDelivery(a: MessageRow, b: MessageRow): boolean {
  return kept.some((field) => a[field] !== b[field])
}
