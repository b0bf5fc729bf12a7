import type { StampedMessage } from '../stamped-events.js'
import { withStatus } from './delivery-status.js'
import { eventRow, placeEvent } from './event-rows.js'
import { chosenConversation, type ItemPlan, ownContactInbox, putConversation } from './item-plan.js'
import { activeBy } from './note-activity.js'
import { messagePreview } from './preview.js'
import { derivedTime } from './times.js'
import { withWatermarks } from './watermarks.js'

/** Stores a new message as the last of its conversation, with its event. */
export function storeMessage(plan: ItemPlan, event: StampedMessage): void {
  const { world, stamp } = plan
  const conversation = chosenConversation(plan)
  const occurredAt = event.occurredAt ?? stamp.now
  const seq = conversation.lastSeq + 1
  const row = withStatus({
    id: event.rowId,
    accountId: stamp.accountId,
    conversationId: conversation.id,
    contactInboxId: plan.ownId,
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
    sentAt: event.direction === 'outbound' && event.messageId !== null ? occurredAt : null,
    deliveredAt: null,
    readAt: null,
    failedAt: null,
    error: null,
    editedAt: null,
    deletedAt: null,
    editNumber: 0,
    reactionMarks: [],
    metadata: event.metadata,
    createdAt: stamp.now,
  })
  world.putMessage(withWatermarks(row, ownContactInbox(plan)))

  const time = derivedTime(occurredAt, stamp.now)
  const isInbound = event.direction === 'inbound'
  const isLatest = conversation.lastMessageAt === null || time.getTime() >= conversation.lastMessageAt.getTime()
  putConversation(plan, {
    ...activeBy(plan, conversation, time, isInbound),
    lastSeq: seq,
    unreadCount: conversation.unreadCount + (isInbound ? 1 : 0),
    ...(isLatest ? { lastMessageAt: time, lastMessagePreview: messagePreview(row), lastMessageRowId: row.id } : {}),
  })
  const { messageId, localId, direction } = event
  placeEvent(plan, eventRow(plan, event, { messageId, localId, direction }), conversation.id)

  if (messageId !== null) plan.arrived.messageIds.add(messageId)
  if (localId !== null) plan.arrived.localIds.add(localId)
}
