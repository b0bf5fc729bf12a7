import type { JsonObject } from '../json.js'
import type {
  EventOutcome,
  StampedAttachments,
  StampedDelete,
  StampedEdit,
  StampedFailed,
  StampedReaction,
  StampedReceipt,
  StampedSent,
} from '../stamped-events.js'
import { pendingAttachments } from './apply-attachments.js'
import { eventRow } from './event-rows.js'
import type { ItemPlan } from './item-plan.js'
import { keepContactInbox } from './keep-contact-inbox.js'
import type { EventRow } from './rows.js'
import { settleEvent } from './settle-event.js'

export type TargetEvent = StampedEdit | StampedAttachments | StampedDelete | StampedReaction | StampedReceipt | StampedSent | StampedFailed

export interface TargetResult {
  readonly outcome: EventOutcome
  /** The target's conversation, when the event was stored in it or changed the message. */
  readonly conversationId: string | null
}

/** Applies an event to the message that it names, or stores it as waiting when that message has not arrived. */
export function applyTargetEvent(plan: ItemPlan, event: TargetEvent): TargetResult {
  const row = rowOf(plan, event)
  const settled = settleEvent(plan, row)
  if (settled === null) {
    keepContactInbox(plan)
    plan.world.putEvent(row)
    return { outcome: 'waiting', conversationId: null }
  }
  if (event.type !== 'receipt') return { outcome: 'stored', conversationId: settled.conversationId }
  return settled.changed ? { outcome: 'applied', conversationId: settled.conversationId } : { outcome: 'unchanged', conversationId: null }
}

function rowOf(plan: ItemPlan, event: TargetEvent): EventRow {
  switch (event.type) {
    case 'message_sent':
      return eventRow(plan, event, { localId: event.localId, targetMessageId: event.messageId, direction: 'outbound' })
    case 'message_failed':
      return eventRow(plan, event, { localId: event.localId, direction: 'outbound', payload: pendingPayload(event) })
    default:
      return eventRow(plan, event, { targetMessageId: event.targetMessageId, payload: pendingPayload(event) })
  }
}

function pendingPayload(event: Exclude<TargetEvent, StampedSent>): JsonObject | null {
  switch (event.type) {
    case 'message_edit':
      return { text: event.text, editNumber: event.editNumber }
    case 'message_attachments':
      return pendingAttachments(event)
    case 'reaction':
      return { emoji: event.emoji }
    case 'receipt':
      return { status: event.status, error: event.error }
    case 'message_failed':
      return { error: event.error }
    case 'message_delete':
      return null
  }
}
