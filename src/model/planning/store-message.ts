import type { StampedMessage } from '../stamped-events.js'
import { settled } from './delivery.js'
import { eventRow } from './event-rows.js'
import { chosenConversation, type ItemPlan, putConversation, scopeContactInbox } from './item-plan.js'
import { activityBy } from './note-activity.js'
import { messagePreview } from './preview.js'
import type { MessageRow } from './rows.js'
import { derivedTime } from './times.js'
import { countsAsUnread } from './unread.js'
import { waitWith } from './waiting-customer.js'

/** Stores a new message as the last one of its conversation, together with its event. */
export function storeMessage(plan: ItemPlan, event: StampedMessage): void {
  const { world, stamp } = plan
  const conversation = chosenConversation(plan)
  const occurredAt = event.occurredAt ?? stamp.now
  const seq = conversation.lastSeq + 1
  const isInbound = event.direction === 'inbound'
  const isSilent = event.history && !plan.item.markUnread
  const row: MessageRow = {
    id: event.id,
    accountId: stamp.accountId,
    conversationId: conversation.id,
    contactInboxId: plan.ownId,
    scopeId: plan.scopes.own,
    seq,
    messageId: event.messageId,
    localId: event.localId,
    direction: event.direction,
    sender: event.sender,
    text: event.text,
    attachments: event.attachments,
    replyTo: event.replyTo,
    status: null,
    occurredAt,
    sentAt: !isInbound && event.messageId !== null ? occurredAt : null,
    deliveredAt: null,
    readAt: null,
    failedAt: null,
    error: null,
    acceptedAt: null,
    isMarked: false,
    isBounced: false,
    editedAt: null,
    deletedAt: null,
    editNumber: 0,
    doubleIn: null,
    history: event.history,
    isSilent,
    reactionMarks: [],
    metadata: event.metadata,
    createdAt: stamp.now,
  }
  // Inbound messages have no delivery, so watermarks do not apply to them.
  const stored = isInbound ? row : settled(row, scopeContactInbox(plan))
  world.putMessage(stored)

  const time = derivedTime(occurredAt, stamp.now)
  const isLatest = conversation.lastMessageAt === null || time.getTime() >= conversation.lastMessageAt.getTime()
  const eventSeq = conversation.lastEventSeq + 1
  putConversation(plan, {
    ...conversation,
    ...activityBy(plan, conversation, time, isInbound && !event.history),
    ...waitWith(world, conversation, stored),
    lastSeq: seq,
    lastEventSeq: eventSeq,
    unreadCount: conversation.unreadCount + (countsAsUnread(row) ? 1 : 0),
    ...(isLatest ? { lastMessageAt: time, lastMessagePreview: messagePreview(row), lastMessageRowId: row.id } : {}),
  })
  const { messageId, localId, direction, history } = event
  world.putEvent(eventRow(plan, event, { messageId, localId, direction, history, conversationId: conversation.id, eventSeq }))

  if (messageId !== null) plan.arrived.messageIds.add(messageId)
  if (localId !== null) plan.arrived.localIds.add(localId)
}
