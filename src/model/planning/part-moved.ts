import { compareBytes } from './byte-order.js'
import { raiseUnmarked } from './finish-item.js'
import { headById, type LinkPlan } from './link-identities.js'
import type { MovedContactInbox, MovedConversation } from './moved-marks.js'
import { canPart, partPeople } from './part-people.js'
import type { ConversationRow, MergeLinks } from './rows.js'
import type { World } from './world.js'

/** The way back of people who became one with somebody of the destination when they were moved: see move-known.ts. */

/** The marks of the rows that the migration has moved. */
export interface MarksOf {
  contactInbox(id: string): MovedContactInbox | undefined
  conversation(id: string): MovedConversation | undefined
}

/**
 * Whether a person can go back: the two can be told apart, the inbox knows none of the ids by now, and each of the
 * conversations is there and has got no message since, or was merged by the move, which the caller then undoes.
 */
export function canGoBack(world: World, oaId: string, links: MergeLinks, marks: MarksOf): boolean {
  const isKnown = ({ id }: { readonly id: string }) => {
    const customerId = marks.contactInbox(id)?.customerId
    return customerId !== undefined && world.contactInbox(oaId, customerId) !== null
  }
  const isLeft = ({ id }: { readonly id: string }) => {
    const row = world.conversation(id)
    const mark = marks.conversation(id)
    if (row === null || mark === undefined) return false
    return row.id === id ? row.lastSeq === mark.lastSeq : mark.mergeId !== undefined
  }
  return canPart(world, links) && !links.lostIds.some(isKnown) && links.conversations.every(isLeft)
}

/** Whom a migration has made one with a person, by the marks of that one's group. The last one comes first. */
export function joinedBy(marks: readonly MovedContactInbox[], migrationId: string): readonly MergeLinks[] {
  const all = marks.flatMap(({ by, links }) => (links !== undefined && by === migrationId ? [links] : []))
  return all.sort((a, b) => b.keptIds.length - a.keptIds.length || compareBytes(a.lost.id, b.lost.id))
}

/** How a person is parted. */
export interface PartingMoved {
  /** The inbox to which they go back. */
  readonly oaId: string
  readonly keepsWindow: boolean
  /** The merge of the two conversations, once it is undone. The undoing has raised the versions of both. */
  readonly undone: { readonly keptId: string; readonly lostId: string } | null
}

/** Parts a person again, and moves them back. */
export function partMoved(plan: LinkPlan, links: MergeLinks, marks: MarksOf, { oaId, keepsWindow, undone }: PartingMoved): void {
  const { world } = plan
  for (const { id } of links.lostIds) {
    const row = headById(plan, id)
    const mark = marks.contactInbox(id)
    world.putContactInbox({ ...row, oaId, channel: mark?.channel ?? row.channel, customerId: mark?.customerId ?? row.customerId })
  }
  partPeople(plan, links, undone?.keptId ?? '', false)
  for (const id of undone === null ? [] : [undone.keptId, undone.lostId]) plan.before.delete(id)
  raiseUnmarked(plan)
  for (const { id } of links.conversations) {
    const row = world.conversation(id)
    const mark = marks.conversation(id)
    if (row === null || mark === undefined) continue
    const windowExpiresAt = keepsWindow ? row.windowExpiresAt : mark.windowExpiresAt
    const back = { ...row, oaId, channel: mark.channel, windowExpiresAt }
    const isUnmerged = id === undone?.lostId
    const closed = isUnmerged && row.closedAt ? closedAgain(mark, row.closedAt) : mark
    world.putConversation({ ...back, ...statusBefore(world, back, closed) })
  }
}

/** A conversation that comes back by an undone merge is closed, because its person still is one with the other. */
function closedAgain(mark: MovedConversation, at: Date): MovedConversation {
  return mark.closed === undefined ? mark : { ...mark, closed: { ...mark.closed, at } }
}

/**
 * The status from before, of a conversation that the move has closed and nobody has touched since: unless another
 * active one of the customer is there by now, or one that has the username.
 */
export function statusBefore(
  world: Pick<World, 'activeConversation' | 'activeByUsername'>,
  row: ConversationRow,
  { closed }: MovedConversation,
): Partial<ConversationRow> {
  if (closed === undefined || row.status !== 'closed' || row.closedAt?.getTime() !== closed.at.getTime()) return {}
  if (world.activeConversation(row.contactInboxId) !== null) return {}
  if (row.usernameKey !== null && world.activeByUsername(row.oaId, row.usernameKey) !== null) return {}
  const { status, statusChangedAt, snoozedUntil } = closed
  return { status, statusChangedAt, snoozedUntil, closedAt: null }
}
