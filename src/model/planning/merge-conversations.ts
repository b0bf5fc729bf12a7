import { ConversationStoreError } from '../errors.js'
import { mergedParts } from '../limits.js'
import { answeringFor, joinedMemory } from './operations.js'
import type { ContactInboxRow, ConversationRow, MergedPart, MergeLinks, MergeRow } from './rows.js'
import { later } from './times.js'

const liveliness = { open: 2, snoozed: 1, closed: 0 } as const

/** Whether the kept conversation takes the status of the other one. */
export function takesStatus(kept: Pick<ConversationRow, 'status'>, lost: Pick<ConversationRow, 'status'>): boolean {
  return liveliness[lost.status] > liveliness[kept.status]
}

/** Whether a conversation can hold another one, and all that it holds, besides what it holds already. */
export function hasRoom(kept: Pick<ConversationRow, 'parts'>, lost: Pick<ConversationRow, 'parts'>): boolean {
  return kept.parts.length + lost.parts.length < mergedParts
}

/**
 * The conversation that holds another one from now on. Its own messages keep their numbers. Those of the other one
 * follow after its last one, in one block. Throws MERGE_REFUSED.
 */
export function holding(kept: ConversationRow, lost: ConversationRow, mergeId: string, now: Date): ConversationRow {
  if (!hasRoom(kept, lost)) throw new ConversationStoreError('MERGE_REFUSED', { reason: 'too many parts', mergeId: null })
  const { lastSeq, lastEventSeq } = kept
  const { id, readSeq, contactInboxId } = lost
  const own = { id, contactInboxId, mergeId, seqBase: 0, eventBase: 0, lastSeq: lost.lastSeq, lastEventSeq: lost.lastEventSeq, readSeq }
  const moved = [own, ...lost.parts].map((part) => ({
    ...part,
    by: mergeId,
    seqBase: part.seqBase + lastSeq,
    eventBase: part.eventBase + lastEventSeq,
  }))
  return {
    ...kept,
    version: kept.version + 1,
    updatedAt: now,
    parts: [...kept.parts, ...moved],
    lastSeq: lastSeq + lost.lastSeq,
    lastEventSeq: lastEventSeq + lost.lastEventSeq,
    unreadCount: kept.unreadCount + lost.unreadCount,
    lastActivityAt: later(kept.lastActivityAt, lost.lastActivityAt),
    ...shown(kept, lost),
    ...(takesStatus(kept, lost) ? { status: lost.status, statusChangedAt: now, closedAt: null, snoozedUntil: lost.snoozedUntil } : {}),
    // Another customer's message lets nobody answer this one, and their name is not this one's.
    ...(kept.contactInboxId === lost.contactInboxId
      ? { ...windowOf(kept, lost), customerName: kept.customerName ?? lost.customerName }
      : {}),
    ...joinedMemory(kept, lost),
  }
}

function shown(kept: ConversationRow, lost: ConversationRow): Partial<ConversationRow> {
  const { lastMessageAt, lastMessagePreview, lastMessageRowId } = lost
  const isOlder = lastMessageAt === null || (kept.lastMessageAt !== null && kept.lastMessageAt > lastMessageAt)
  return isOlder ? {} : { lastMessageAt, lastMessagePreview, lastMessageRowId }
}

function windowOf(kept: ConversationRow, lost: ConversationRow): Partial<ConversationRow> {
  return {
    lastInboundAt: latest(kept.lastInboundAt, lost.lastInboundAt),
    windowExpiresAt: latest(kept.windowExpiresAt, lost.windowExpiresAt),
  }
}

function latest(a: Date | null, b: Date | null): Date | null {
  return b === null ? a : later(a, b)
}

/** What a merge is remembered by. */
export function mergeOf(
  kept: ConversationRow,
  lost: ConversationRow,
  mergeId: string,
  now: Date,
  links: MergeLinks | null = null,
): MergeRow {
  const { status, statusChangedAt, snoozedUntil, closedAt, lastMessageAt, lastInboundAt, lastActivityAt, windowExpiresAt } = kept
  const before = { status, statusChangedAt, snoozedUntil, closedAt, lastMessageAt, lastInboundAt, lastActivityAt, windowExpiresAt }
  return { id: mergeId, accountId: kept.accountId, keptId: kept.id, lost, before, links, undoneAt: null, undoneBy: null, createdAt: now }
}

/** Refuses to undo a merge while a later one into the same conversation, or of that conversation, stands. */
export function requireLast({ parts }: Pick<ConversationRow, 'parts'>, mergeId: string): void {
  const [own, last] = [parts.find((part) => part.mergeId === mergeId), parts.at(-1)]
  const inTheWay = own?.by === mergeId ? last?.by : own?.by
  if (inTheWay !== undefined && inTheWay !== mergeId) {
    throw new ConversationStoreError('MERGE_REFUSED', { reason: 'not the last', mergeId: inTheWay })
  }
}

/**
 * The two conversations after a merge is undone, but for what their messages tell: the unread count and what is shown.
 * What came since stays with the kept one, and its numbers keep the gap.
 */
export function parted(
  kept: ConversationRow,
  merge: MergeRow,
  now: Date,
): { readonly kept: ConversationRow; readonly lost: ConversationRow } {
  const horizons = new Map(kept.parts.map((part) => [part.id, part.readSeq]))
  const asRead = <Part extends Pick<MergedPart, 'id' | 'readSeq'>>(part: Part): Part => ({
    ...part,
    readSeq: horizons.get(part.id) ?? part.readSeq,
  })
  const { lost } = merge
  return {
    kept: {
      ...kept,
      version: kept.version + 1,
      updatedAt: now,
      parts: kept.parts.filter(({ by }) => by !== merge.id),
      ...statusBefore(kept, merge),
      ...windowBefore(kept, merge),
    },
    lost: { ...asRead(lost), ...answeringFor(lost, kept), version: lost.version + 1, updatedAt: now, parts: lost.parts.map(asRead) },
  }
}

/**
 * The restored conversation. It comes back closed where it would be, or would have been, active beside the kept one:
 * both are one person's by what is known of their ids now.
 */
export function restored(lost: ConversationRow, kept: ConversationRow, { before }: Pick<MergeRow, 'before'>, now: Date): ConversationRow {
  const isBeside = lost.contactInboxId === kept.contactInboxId && (kept.status !== 'closed' || before.status !== 'closed')
  if (lost.status === 'closed' || !isBeside) return lost
  return closedBeside(lost, now)
}

/**
 * What a conversation that comes back has of its customer's head: also the inbox, because the customer may have moved
 * to another one since. A reply window that another number had is over.
 */
export function underHead(row: ConversationRow, { id, oaId, channel, customerId, identities }: ContactInboxRow): Partial<ConversationRow> {
  const inbox = row.oaId === oaId ? {} : { oaId, channel, windowExpiresAt: null }
  return { ...inbox, contactInboxId: id, customerId, isLinked: identities !== null || row.isLinked }
}

/** A conversation that closes as it is, because its person has another active one. */
export function closedBeside(row: ConversationRow, now: Date): ConversationRow {
  return { ...row, status: 'closed', statusChangedAt: now, closedAt: now, snoozedUntil: null }
}

/** The status from before, unless it has changed since. */
function statusBefore(kept: ConversationRow, { before, lost, createdAt }: MergeRow): Partial<ConversationRow> {
  const isOfMerge = takesStatus(before, lost) && kept.status === lost.status && kept.statusChangedAt.getTime() === createdAt.getTime()
  if (!isOfMerge) return {}
  const { status, statusChangedAt, snoozedUntil, closedAt } = before
  return { status, statusChangedAt, snoozedUntil, closedAt }
}

/** The times from before where they are still those that the merge made. */
function windowBefore(
  kept: ConversationRow,
  { before, lost }: MergeRow,
): Partial<Pick<ConversationRow, 'lastInboundAt' | 'windowExpiresAt'>> {
  const former = (field: 'lastInboundAt' | 'windowExpiresAt') => {
    const merged = latest(before[field], lost[field])
    return kept[field]?.getTime() === merged?.getTime() ? before[field] : kept[field]
  }
  return { lastInboundAt: former('lastInboundAt'), windowExpiresAt: former('windowExpiresAt') }
}
