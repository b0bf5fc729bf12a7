import type { StampedEvent } from '../stamped-events.js'
import { type ItemPlan, putConversation, touchedConversation, type WritePlan } from './item-plan.js'
import type { EventRow } from './rows.js'

type EventDetails = Partial<
  Pick<
    EventRow,
    'type' | 'messageId' | 'targetMessageId' | 'localId' | 'direction' | 'payload' | 'history' | 'dedupeKey' | 'conversationId' | 'eventSeq'
  >
>

/** The row of an event. It is in no conversation yet unless the details name one. */
export function eventRow({ item, stamp, ownId, scopes }: ItemPlan, event: StampedEvent, details: EventDetails): EventRow {
  return {
    id: event.id,
    accountId: stamp.accountId,
    contactInboxId: ownId,
    scopeId: scopes.own,
    conversationId: null,
    eventSeq: null,
    type: event.type,
    messageId: null,
    targetMessageId: null,
    localId: null,
    senderId: event.sender.id,
    direction: event.sender.type === 'customer' ? 'inbound' : 'outbound',
    payload: null,
    history: false,
    dedupeKey: event.dedupeKey,
    operationId: item.operationId,
    occurredAt: event.occurredAt ?? stamp.now,
    createdAt: stamp.now,
    ...details,
  }
}

/** Puts the event into the conversation and gives it the next `eventSeq`. */
export function placeEvent(plan: WritePlan, row: EventRow, conversationId: string): void {
  const conversation = touchedConversation(plan, conversationId)
  const eventSeq = conversation.lastEventSeq + 1
  putConversation(plan, { ...conversation, lastEventSeq: eventSeq })
  plan.world.putEvent({ ...row, conversationId: conversation.id, eventSeq })
}
