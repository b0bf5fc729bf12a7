import { compositeKey } from '../composite-key.js'
import { foldMessage } from './fold-message.js'
import { putConversation, touchedConversation, type WritePlan } from './item-plan.js'
import { horizonOf, isHidden } from './merged-parts.js'
import type { MessageRow } from './rows.js'
import { countsAsUnread, unreadBy } from './unread.js'

type Double = readonly [kept: MessageRow, double: MessageRow]

/**
 * The pairs of messages with one message id or one local id, of the messages of some scopes. The one of the earlier
 * scope comes first.
 */
export function doublesOf(scopes: readonly (readonly MessageRow[])[]): readonly Double[] {
  const first = new Map<string, MessageRow>()
  return scopes.flat().flatMap((row): readonly Double[] => {
    const keys = keysOf(row)
    const kept = keys.map((each) => first.get(each)).find((each) => each !== undefined)
    if (kept !== undefined && kept.scopeId !== row.scopeId) return [[kept, row]]
    for (const each of keys) first.set(each, row)
    return []
  })
}

function keysOf({ messageId, localId }: MessageRow): readonly string[] {
  return [
    ...(messageId === null ? [] : [compositeKey('message', messageId)]),
    ...(localId === null ? [] : [compositeKey('local', localId)]),
  ]
}

/**
 * Makes one message of those that stand in several scopes of a group with one message id or one local id: a channel
 * delivered them under two ids before the ids were known to be one person's. The one in the earlier scope is kept.
 */
export function foldDoubles(plan: WritePlan): void {
  for (const [kept, double] of plan.world.doubles(plan.scopes.all)) {
    const first = plan.world.message(kept.id)
    const second = plan.world.message(double.id)
    // An earlier pair may have folded one of them.
    if (first !== null && second !== null && !areTwo(first, second)) fold(plan, first, second)
  }
}

/** Two replies that both have an id of the channel were both sent, whatever the host called them. */
function areTwo(a: MessageRow, b: MessageRow): boolean {
  return a.messageId !== null && b.messageId !== null && a.messageId !== b.messageId
}

/**
 * Of two copies the one in the earlier scope is kept, unless the other one alone was read: the message was read then.
 * One that a merge hides goes before one that is shown.
 */
function fold(plan: WritePlan, first: MessageRow, second: MessageRow): void {
  const { world } = plan
  const isReadThere = countsAsUnread(second) && !isPastHorizon(plan, second) && isPastHorizon(plan, first)
  const [isFirstHidden, isSecondHidden] = [isHiddenNow(plan, first), isHiddenNow(plan, second)]
  const [kept, double] =
    isFirstHidden === isSecondHidden ? (isReadThere ? [second, first] : [first, second]) : isFirstHidden ? [second, first] : [first, second]
  countUnread(plan, double, -1)
  const event = double.messageId === null ? null : world.eventByMessageId(double.scopeId, double.messageId)
  if (event !== null && event.conversationId === double.conversationId) world.deleteEvent(event)
  const folded = foldMessage(plan, kept, withoutTaken(plan, kept, double), null)
  // One that history brought counts since the other came live.
  if (kept.isSilent && !folded.isSilent) countUnread(plan, folded, 1)
}

function isHiddenNow(plan: WritePlan, row: MessageRow): boolean {
  return row.doubleIn !== null && isHidden(touchedConversation(plan, row.conversationId), row)
}

function isPastHorizon(plan: WritePlan, row: MessageRow): boolean {
  return row.seq > horizonOf(touchedConversation(plan, row.conversationId), row)
}

function countUnread(plan: WritePlan, row: MessageRow, times: 1 | -1): void {
  const conversation = touchedConversation(plan, row.conversationId)
  const change = isHidden(conversation, row) ? 0 : times * unreadBy(row, horizonOf(conversation, row))
  if (change !== 0) putConversation(plan, { ...conversation, unreadCount: conversation.unreadCount + change })
}

/** The double without an id that a third message has in the scope of the kept one, which would get it otherwise. */
function withoutTaken({ world }: WritePlan, kept: MessageRow, double: MessageRow): MessageRow {
  const { messageId, localId } = double
  const isNamed = messageId !== null && kept.messageId === null && world.messageByMessageId(kept.scopeId, messageId) !== null
  const isLocal = localId !== null && kept.localId === null && world.messageByLocalId(kept.scopeId, localId) !== null
  return { ...double, messageId: isNamed ? null : messageId, localId: isLocal ? null : localId }
}
