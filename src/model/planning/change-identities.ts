import type { CustomerIdentity } from '../identities.js'
import type { Channel } from '../records.js'
import type { EventOutcome, StampedIdentityChange } from '../stamped-events.js'
import type { UpsertItem } from '../upsert-item.js'
import { byAge } from './byte-order.js'
import { currentMarks, distinct, type Group, groupOf, hasTwoOfAKind, isAfter, isGivenUp, markOf, type TakenOver } from './evidence.js'
import { askTheHead, bounded, headById, joinNamed, type LinkPlan } from './link-identities.js'
import { marksOf, plainMark } from './people.js'
import { renameHead } from './rename-head.js'
import type { IdentityMark } from './rows.js'
import { earlier, later } from './times.js'
import type { World } from './world.js'

const userId = 'user_id'

/** Applies an item's notices of changed ids, in their order. Returns what became of each, by its place in the item. */
export function changeIdentities(plan: LinkPlan, item: UpsertItem, channel: () => Channel): ReadonlyMap<number, EventOutcome> {
  const outcomes = new Map<number, EventOutcome>()
  for (const [index, event] of item.events.entries()) {
    if (event.type === 'identity_change') outcomes.set(index, changed(plan, item, event, channel) ? 'applied' : 'unchanged')
  }
  return outcomes
}

interface Named extends CustomerIdentity {
  readonly rowId: string
  readonly group: Group | null
}

/** What a notice says of the ids that are not somebody else's since. */
interface Notice {
  readonly previous: readonly Named[]
  readonly current: readonly Named[]
  readonly at: Date
}

/** What is to be done about a notice. */
interface Change extends Notice {
  /**
   * The kinds of which the current user id brings its own ids. They replace those of the person who had the previous
   * ids.
   */
  readonly broughtKinds: ReadonlySet<string | null>
  /** The ids of the person who had the previous ones. */
  readonly baseIds: ReadonlySet<string>
  /** The groups that are one person's. */
  readonly groups: readonly Group[]
  readonly takenOver: readonly TakenOver[]
}

function changed(plan: LinkPlan, item: UpsertItem, event: StampedIdentityChange, channel: () => Channel): boolean {
  const { world, stamp } = plan
  const { oaId, operationId } = item
  const at = new Date(Math.min(stamp.now.getTime(), (event.occurredAt ?? stamp.now).getTime()))
  const notice = openNotice(world, oaId, event, at)
  if (event.occurredAt === null && event.previous.length > 0 && isKnown(notice)) return false
  const change = believed(notice)
  if (change === null) return false
  const named = [...change.current, ...change.previous]
  const before = stateOf(world, oaId, named)
  const { takenOver } = change
  const groups = change.groups.map(({ head }) => head).sort(byAge)
  const naming = { oaId, customerId: named[0]?.id ?? '', identities: named, rowIds: named.map(({ rowId }) => rowId), channel: channel() }
  const headId = joinNamed(plan, { groups, takenOver }, naming)
  const head = headById(plan, headId)
  world.putContactInbox({ ...head, identities: bounded(marksAfter(marksOf(world, head), change, operationId)) })
  renameHead(plan, headById(plan, headId))
  const isChanged = before !== stateOf(world, oaId, named)
  if (isChanged) askTheHead(plan, headId)
  return isChanged
}

/** The notice without the ids that have come to somebody since. */
function openNotice(world: World, oaId: string, { previous, current: given, rowIds }: StampedIdentityChange, at: Date): Notice {
  const all = [...previous, ...given].map(
    (each, index): Named => ({ ...each, rowId: rowIds[index] ?? '', group: groupOf(world, oaId, each.id) }),
  )
  const current = all.slice(previous.length).filter(({ id, kind, group }) => kind === userId || !isAfter(markIn(group, id)?.movedAt, at))
  const users = all.filter(({ kind }) => kind === userId).map(({ id }) => id)
  const isStrangers = (group: Group | null) => {
    const theirs = (group?.marks ?? []).filter(({ kind }) => kind === userId).map(({ id }) => id)
    return users.length > 0 && theirs.length > 0 && !theirs.some((id) => users.includes(id))
  }
  const isOpen = ({ id, group }: Named) => {
    const mark = markIn(group, id)
    return !isAfter(mark?.since, at) && !isAfter(mark?.movedAt, at) && !isStrangers(group) && !current.some((other) => other.id === id)
  }
  return { at, current, previous: all.slice(0, previous.length).filter(isOpen) }
}

/**
 * Whether notices have told all of this already. One without a time may be an old one that comes again, so it moves
 * back nothing that has moved since.
 */
function isKnown({ previous, current }: Notice): boolean {
  const [holder, ...others] = distinct(current.flatMap(({ group }) => group ?? []))
  if (holder === undefined || others.length > 0) return false
  const isTold = ({ id, group }: Named) => markIn(group, id)?.movedAt != null || markIn(group, id)?.formerSince != null
  const isHolders = ({ id, group }: Named) => group?.head.id === holder.head.id && markIn(group, id)?.formerSince == null
  return current.every(isTold) && previous.every((each) => each.group === null || (isTold(each) && !isHolders(each)))
}

function markIn(group: Group | null, id: string): IdentityMark | null {
  return group && markOf(group, id)
}

/**
 * The notice without current ids that belong to somebody else, of whom more is known than the id. A user id is nobody
 * else's, so whoever has it is the person. Null if it says nothing, or would leave a person with two current ids of a
 * kind.
 */
function believed({ previous, current, at }: Notice): Change | null {
  const base = distinct(previous.flatMap(({ group }) => group ?? []))
  const isBase = (group: Group) => base.some(({ head }) => head.id === group.head.id)
  const retired = new Set(previous.map(({ id }) => id))
  const kept = base.flatMap(currentMarks).filter(({ id }) => !retired.has(id))
  const kinds = new Set([...current, ...kept].map(({ kind }) => kind))
  const isSomebodyElses = ({ id, kind, group }: Named) =>
    kind !== userId &&
    base.length > 0 &&
    group !== null &&
    !isBase(group) &&
    markOf(group, id)?.formerSince == null &&
    currentMarks(group).some((mark) => mark.kind !== null && kinds.has(mark.kind) && !current.some((other) => other.id === mark.id))
  const theirs = current.filter((each) => !isSomebodyElses(each))
  if (theirs.length === 0 && base.length === 0) return null

  const takenOver = theirs.flatMap(({ id, group }) =>
    group && !isBase(group) && isGivenUp(group, id, at) ? [{ id, from: group.head }] : [],
  )
  const rest = [...previous, ...theirs].filter(({ id }) => !takenOver.some((taken) => taken.id === id))
  const groups = distinct(rest.flatMap(({ group }) => group ?? []))
  const replaced = new Set<string | null>(theirs.map(({ kind }) => kind))
  const brought = groups.filter(
    (group) => !isBase(group) && theirs.some((each) => each.kind === userId && each.group?.head.id === group.head.id),
  )
  const broughtKinds = new Set(brought.flatMap(currentMarks).map(({ kind }) => kind))
  const baseIds = new Set(base.flatMap(({ marks }) => marks.map(({ id }) => id)))
  const isReplaced = ({ id, kind }: IdentityMark) => retired.has(id) || replaced.has(kind) || (baseIds.has(id) && broughtKinds.has(kind))
  const left = groups.flatMap(currentMarks).filter((mark) => !isReplaced(mark))
  return hasTwoOfAKind([...left, ...theirs]) ? null : { previous, current: theirs, at, groups, takenOver, broughtKinds, baseIds }
}

function marksAfter(marks: readonly IdentityMark[], change: Change, operationId: string): readonly IdentityMark[] {
  const { previous, current, at, broughtKinds, baseIds } = change
  const known = new Set(marks.map(({ id }) => id))
  const added = [...previous, ...current].filter(({ id }) => !known.has(id)).map(({ id, kind }) => plainMark(id, kind, operationId))
  const all = [...marks, ...added]
  const isNamed = (named: readonly Named[], { id }: IdentityMark) => named.some((each) => each.id === id)
  const kinds = new Set<string | null>(current.map(({ kind }) => kind))
  // A user id is made anew when the number changes, so without a current number the former ones are given up.
  const givesUpPhones =
    kinds.has(userId) &&
    !kinds.has('phone') &&
    all.some((mark) => mark.kind === userId && mark.formerSince === null && !isNamed(current, mark) && !isAfter(cameAt(mark), at))
  return all.map((mark) => {
    const kind = mark.kind ?? [...current, ...previous].find(({ id }) => id === mark.id)?.kind ?? null
    // An id that has changed since tells who the person is, and stays as it is. If it is former, it may be so for
    // longer.
    if (isAfter(mark.formerSince, at)) return isNamed(previous, mark) && !isAfter(mark.movedAt, at) ? { ...mark, formerSince: at } : mark
    const movedAt = isAfter(mark.movedAt, at) ? mark.movedAt : at
    if (isNamed(current, mark))
      return { ...mark, kind, movedAt, disputedSince: null, formerSince: replacedAt(all, { ...mark, kind }, change) }
    if (isNamed(previous, mark)) return { ...mark, kind, disputedSince: null, formerSince: at }
    const isOfBase = baseIds.has(mark.id)
    const isReplaced = kind !== null && (kinds.has(kind) || (isOfBase && (broughtKinds.has(kind) || (kind === 'phone' && givesUpPhones))))
    const isLeft = mark.formerSince !== null || isAfter(cameAt(mark), at) || !isReplaced
    return isLeft ? mark : { ...mark, disputedSince: null, formerSince: at }
  })
}

/**
 * When a later id of the kind came, if the notice is late. A number has its user id: one that came to the person with a
 * user id that was replaced since is given up with it, unless it came again. So is one that takes the place of another
 * which was given up since.
 */
function replacedAt(marks: readonly IdentityMark[], mark: IdentityMark, { previous, current, at }: Change): Date | null {
  const isNamed = (named: readonly Named[]) => (each: IdentityMark) => named.some(({ id }) => id === each.id)
  const others = marks.filter((each) => each.kind === mark.kind && each.formerSince === null && !isNamed(current)(each))
  const users = mark.kind === 'phone' ? marks.filter((each) => each.kind === userId && isNamed(current)(each)) : []
  const before = marks.filter((each) => each.kind === mark.kind && isNamed(previous)(each))
  const givenUp = isAfter(cameAt(mark), at) ? [] : [...users, ...before].map(({ formerSince }) => formerSince)
  return [...others.map(cameAt), ...givenUp].filter((time) => isAfter(time, at)).reduce(earlier, null)
}

/** When an id came to the person, as far as anything tells. */
function cameAt({ since, movedAt }: IdentityMark): Date | null {
  return since === null ? movedAt : later(movedAt, since)
}

/** Where the ids lead and what is known of them, to be compared. */
function stateOf(world: World, oaId: string, named: readonly Named[]): string {
  return JSON.stringify(
    named.map(({ id }) => {
      const group = groupOf(world, oaId, id)
      return [group?.head.id ?? null, group && markOf(group, id)]
    }),
  )
}
