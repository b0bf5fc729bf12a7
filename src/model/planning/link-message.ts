import { applyNews } from './apply-receipt.js'
import { withNews } from './delivery.js'
import { foldMessage } from './fold-message.js'
import { type WritePlan, watermarksOf } from './item-plan.js'
import type { MessageRow } from './rows.js'
import { everyScope, firstOf } from './scopes.js'
import { noteChangedMessage } from './waiting-customer.js'

export interface Link {
  readonly localId: string
  readonly messageId: string
  readonly occurredAt: Date
}

export interface Linked {
  /** Null when neither the host's message nor the channel's has arrived. */
  readonly row: MessageRow | null
  readonly changed: boolean
}

/**
 * Links the host's id and the channel's id of one message. If each has arrived as a message of its own, the two become
 * one message.
 */
export function linkMessage(plan: WritePlan, link: Link): Linked {
  const { world } = plan
  const scopes = everyScope(plan.scopes)
  const local = firstOf(scopes, (scope) => world.messageByLocalId(scope, link.localId))
  const echo = firstOf(scopes, (scope) => world.messageByMessageId(scope, link.messageId))
  if (local === null) return echo === null ? { row: null, changed: false } : nameEcho(plan, echo, link)
  if (canConfirm(local)) {
    if (echo === null) return confirm(plan, local, link)
    if (canName(echo)) return { row: foldMessage(plan, local, echo, link.occurredAt), changed: true }
  }
  // The ids stay as they are, but the channel accepted the reply, which takes back that it refused it before.
  const sent = local.messageId === link.messageId ? { sentAt: link.occurredAt } : {}
  applyNews(plan, local, { ...sent, acceptedAt: link.occurredAt })
  return { row: world.message(local.id), changed: false }
}

/** Only a reply of the host can get the channel's id, and only while it has none. */
function canConfirm({ direction, messageId }: MessageRow): boolean {
  return direction === 'outbound' && messageId === null
}

/** A message that has a host's id already is another reply. */
function canName({ direction, localId }: MessageRow): boolean {
  return direction === 'outbound' && localId === null
}

function confirm(plan: WritePlan, local: MessageRow, { messageId, occurredAt }: Link): Linked {
  const row = withNews({ ...local, messageId }, { acceptedAt: occurredAt, sentAt: occurredAt }, watermarksOf(plan, local))
  plan.world.putMessage(row)
  noteChangedMessage(plan, local, row)
  plan.arrived.messageIds.add(messageId)
  return { row, changed: true }
}

function nameEcho(plan: WritePlan, echo: MessageRow, { localId, occurredAt }: Link): Linked {
  if (!canName(echo)) return { row: echo, changed: false }
  // Nobody but the channel can have told of a failure of a message that had no host's id.
  const named = { ...echo, localId, acceptedAt: occurredAt, isBounced: echo.failedAt !== null }
  const row = withNews(named, { sentAt: occurredAt }, watermarksOf(plan, echo))
  plan.world.putMessage(row)
  noteChangedMessage(plan, echo, row)
  plan.arrived.localIds.add(localId)
  return { row, changed: true }
}
