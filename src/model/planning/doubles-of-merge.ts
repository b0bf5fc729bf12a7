import { compositeKey } from '../composite-key.js'
import { personOf } from './copies.js'
import { horizonOf, isHidden, storedParts } from './merged-parts.js'
import { messagePreview } from './preview.js'
import type { ConversationRow, MessageRow } from './rows.js'
import { countsAsUnread } from './unread.js'
import type { World } from './world.js'

/** A message of one of two conversations that are merged, with what decides which of its copies is shown. */
export interface Copy extends Pick<MessageRow, 'id' | 'isSilent' | 'history'> {
  /** The inbox and the channel's id of the message. */
  readonly key: string
  readonly personId: string
  readonly isOfKept: boolean
  /** Its number in its own conversation, as a host knows it. */
  readonly seq: number
  readonly isRead: boolean
  readonly isUnread: boolean
}

/**
 * Which copies a merge hides: where both conversations have copies of a message, all of them but one. One that is no
 * silent history is shown before one that is, one that was read before one that was not, and one that came live before
 * history. All else being equal, the kept conversation's is shown.
 */
export function hiddenCopies(copies: readonly Copy[]): readonly Copy[] {
  const groups = new Map<string, Copy[]>()
  for (const copy of copies) {
    const group = groups.get(copy.key)
    if (group) group.push(copy)
    else groups.set(copy.key, [copy])
  }
  return [...groups.values()].flatMap((group) => (isInBoth(group) ? group.sort(shownFirst).slice(1) : []))
}

function isInBoth(group: readonly Copy[]): boolean {
  return group.some((one) => group.some((other) => one.isOfKept !== other.isOfKept && one.personId !== other.personId))
}

function shownFirst(a: Copy, b: Copy): number {
  return (
    Number(a.isSilent) - Number(b.isSilent) ||
    Number(b.isRead) - Number(a.isRead) ||
    Number(a.history) - Number(b.history) ||
    Number(b.isOfKept) - Number(a.isOfKept) ||
    a.seq - b.seq
  )
}

/** The copies among all messages of a conversation, but for those that are hidden there already. */
export function copiesIn(
  world: Pick<World, 'contactInboxById'>,
  conversation: ConversationRow,
  isOfKept: boolean,
  messagesUnder: (storedId: string) => readonly MessageRow[],
): readonly Copy[] {
  return storedParts(conversation).flatMap(({ id, seqBase }) =>
    messagesUnder(id).flatMap((row) => {
      const person = row.messageId === null || isHidden(conversation, row) ? null : personOf(world, row.scopeId)
      return person === null
        ? []
        : [copyOf(row, { oaId: person.oaId, personId: person.id, seqBase, isOfKept, readSeq: horizonOf(conversation, row) })]
    }),
  )
}

interface Place extends Pick<Copy, 'personId' | 'isOfKept'> {
  readonly oaId: string
  readonly seqBase: number
  readonly readSeq: number
}

type CopiedMessage = Pick<MessageRow, 'id' | 'messageId' | 'seq' | 'direction' | 'isSilent' | 'history'>

/** A message as a copy. */
export function copyOf(row: CopiedMessage, { oaId, personId, seqBase, isOfKept, readSeq }: Place): Copy {
  const { id, isSilent, history } = row
  return {
    id,
    isSilent,
    history,
    key: compositeKey(oaId, row.messageId ?? ''),
    personId,
    isOfKept,
    seq: row.seq + seqBase,
    isRead: countsAsUnread(row) && row.seq <= readSeq,
    isUnread: countsAsUnread(row) && row.seq > readSeq,
  }
}

/** What hiding copies changes in the conversation that holds both since: their unread count, and what is shown. */
export function withoutDoubles(
  held: ConversationRow,
  hidden: readonly Copy[],
  latestMessage: () => MessageRow | null,
): Partial<ConversationRow> {
  if (hidden.length === 0) return {}
  const shown = latestMessage()
  return {
    unreadCount: held.unreadCount - hidden.filter(({ isUnread }) => isUnread).length,
    lastMessageRowId: shown?.id ?? null,
    lastMessagePreview: shown && messagePreview(shown),
  }
}
