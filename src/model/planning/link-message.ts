import { foldMessage } from './fold-message.js'
import { scopeContactInbox, type WritePlan } from './item-plan.js'
import type { MessageRow } from './rows.js'
import { firstOf } from './scopes.js'
import { earlier } from './times.js'
import { withWatermarks } from './watermarks.js'

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
  const { world, scopes } = plan
  const local = firstOf(scopes.all, (scope) => world.messageByLocalId(scope, link.localId))
  const echo = firstOf(scopes.all, (scope) => world.messageByMessageId(scope, link.messageId))
  if (local === null) return echo === null ? { row: null, changed: false } : nameEcho(plan, echo, link)
  if (echo === null) return confirm(plan, local, link)
  const folds = local.id !== echo.id && canConfirm(local) && canName(echo)
  return folds ? { row: foldMessage(plan, local, echo), changed: true } : { row: local, changed: false }
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
  if (!canConfirm(local)) return { row: local, changed: false }
  const row = withWatermarks({ ...local, messageId, sentAt: earlier(local.sentAt, occurredAt) }, scopeContactInbox(plan))
  plan.world.putMessage(row)
  plan.arrived.messageIds.add(messageId)
  return { row, changed: true }
}

function nameEcho(plan: WritePlan, echo: MessageRow, { localId }: Link): Linked {
  if (!canName(echo)) return { row: echo, changed: false }
  const row = { ...echo, localId }
  plan.world.putMessage(row)
  plan.arrived.localIds.add(localId)
  return { row, changed: true }
}
