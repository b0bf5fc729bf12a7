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
 * `groups` are the scopes of the people who were joined. One of them may have two copies by itself, of which a merge
 * hides one. That one stays where it is, so that the merge can be undone.
 */
export function foldDoubles(plan: WritePlan, groups: readonly (readonly string[])[]): void {
  const { world, scopes } = plan
  const groupOf = (row: MessageRow) => groups.findIndex((group) => group.includes(row.scopeId))
  for (const [kept, double] of world.doubles(scopes.all)) {
    const own = groupOf(double)
    // An earlier pair may have folded one of them.
    const second = world.message(double.id)
    const first = shownIn(plan, groups.slice(0, own).flat(), world.message(kept.id))
    if (first === null || second === null || groupOf(kept) === own) continue
    const isShown = shownIn(plan, groups[own] ?? [], second)?.id === second.id
    if (isShown && first.id !== second.id && !areTwo(first, second)) fold(plan, first, second)
  }
}

/** The copy of a message that some scopes show, which is the message itself unless a merge hides it. */
function shownIn(plan: WritePlan, scopes: readonly string[], row: MessageRow | null): MessageRow | null {
  const messageId = row?.messageId ?? null
  if (row === null || messageId === null || row.doubleIn === null) return row
  const copies = scopes.flatMap((scope) => plan.world.messageByMessageId(scope, messageId) ?? [])
  return copies.find((copy) => !isHiddenNow(plan, copy)) ?? copies[0] ?? row
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
