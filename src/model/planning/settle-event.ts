import type { Json } from '../json.js'
import { applyAttachments } from './apply-attachments.js'
import { applyDelete, applyEdit } from './apply-edit.js'
import { applyReaction } from './apply-reaction.js'
import { applyNews, applyReceipt, type Receipt } from './apply-receipt.js'
import { shownCopy, tellShownCopy } from './copies.js'
import { placeEvent } from './event-rows.js'
import type { WritePlan } from './item-plan.js'
import { linkMessage } from './link-message.js'
import type { EventRow, MessageRow } from './rows.js'
import { everyScope, firstOf } from './scopes.js'

export interface Settled {
  readonly conversationId: string
  /**
   * Whether the message changed. It matters only for receipts, which leave no row; for other events it is always true.
   */
  readonly changed: boolean
}

/**
 * Applies an event that targets a message, as its row holds it, and stores it in the target's conversation. Returns
 * null when the target has not arrived. New events and those that waited both go through here, so the order in which
 * they arrive makes no difference.
 */
export function settleEvent(plan: WritePlan, row: EventRow): Settled | null {
  const target = row.type === 'message_sent' ? null : targetOf(plan, row)
  const settled = settle(plan, row, target)
  tellShownCopy(plan, target?.id ?? null)
  return settled
}

function settle(plan: WritePlan, row: EventRow, target: MessageRow | null): Settled | null {
  if (row.type === 'message_sent') {
    const { row: linked } = linkMessage(plan, {
      localId: row.localId ?? '',
      messageId: row.targetMessageId ?? '',
      occurredAt: row.occurredAt,
    })
    tellShownCopy(plan, linked?.id ?? null)
    return linked && store(plan, row, linked)
  }
  if (target === null) return null
  const { occurredAt } = row
  switch (row.type) {
    case 'receipt':
      return { conversationId: target.conversationId, changed: applyReceipt(plan, target, receiptOf(row)) }
    case 'message_failed':
      applyNews(plan, target, { refused: { at: occurredAt, error: text(row.payload?.error) } })
      break
    case 'message_edit': {
      const editNumber = Number(row.payload?.editNumber ?? 0)
      applyEdit(plan, target, { text: text(row.payload?.text) ?? '', editNumber, occurredAt })
      // The text is kept only on the message, so that a deletion leaves no copy.
      return store(plan, { ...row, payload: { editNumber } }, target)
    }
    case 'message_attachments':
      // The files are kept only on the message, too. The event tells how many came in.
      applyToShown(plan, target, row.payload)
      return store(plan, { ...row, payload: { ...applyAttachments(plan, target, row.payload) } }, target)
    case 'message_delete':
      applyDelete(plan, target, occurredAt)
      break
    case 'reaction':
      applyReaction(plan, target, row, text(row.payload?.emoji))
      break
  }
  return store(plan, row, target)
}

function targetOf(plan: WritePlan, { type, localId, targetMessageId }: EventRow): MessageRow | null {
  const { world } = plan
  const scopes = everyScope(plan.scopes)
  if (type === 'message_failed') return localId === null ? null : firstOf(scopes, (scope) => world.messageByLocalId(scope, localId))
  return targetMessageId === null ? null : firstOf(scopes, (scope) => world.messageByMessageId(scope, targetMessageId))
}

/** Files are added to the copy that is shown as they are to the message. Its own may have other URLs. */
function applyToShown(plan: WritePlan, target: MessageRow, payload: EventRow['payload']): void {
  const conversation = target.doubleIn === null ? null : plan.world.conversation(target.conversationId)
  const shown = conversation && shownCopy(plan.world, conversation, target)
  if (shown !== null) applyAttachments(plan, shown, payload)
}

function store(plan: WritePlan, row: EventRow, { conversationId }: MessageRow): Settled {
  placeEvent(plan, row, conversationId)
  return { conversationId, changed: true }
}

function receiptOf({ payload, occurredAt }: EventRow): Receipt {
  const status = payload?.status
  return {
    status: status === 'delivered' || status === 'read' || status === 'failed' ? status : 'sent',
    error: text(payload?.error),
    occurredAt,
  }
}

function text(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null
}
