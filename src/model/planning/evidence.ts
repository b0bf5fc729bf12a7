import { isChatScoped } from '../channels.js'
import type { CustomerIdentity } from '../identities.js'
import { bareId } from '../phone-forms.js'
import { byAge } from './byte-order.js'
import { marksOf } from './people.js'
import type { ContactInboxRow, IdentityMark } from './rows.js'
import { headOf } from './scopes.js'
import type { World } from './world.js'

/** The ids by which one payload names one customer. */
export interface Evidence {
  readonly oaId: string
  /** The id to which the write goes. It is one of the identities. */
  readonly customerId: string
  readonly identities: readonly CustomerIdentity[]
  /** The time of the payload's message, or now. */
  readonly at: Date
  /** A receipt tells about ids that nobody has written from, so it never moves one, nor makes a former one current. */
  readonly isReceipt: boolean
}

/** One of the people that the evidence names. */
export interface Group {
  readonly head: ContactInboxRow
  readonly marks: readonly IdentityMark[]
}

type Named = CustomerIdentity & { readonly group: Group | null }

/** An id that another person takes over. */
export interface TakenOver {
  readonly id: string
  readonly from: ContactInboxRow
}

export type Judgment =
  /**
   * All ids are one person's already, or the evidence is too old or too weak. Then the write goes to the thread of
   * `customerId`.
   */
  | { readonly how: 'nothing'; readonly groups: readonly ContactInboxRow[]; readonly customerId: string }
  /**
   * They are one person's: the groups become the oldest one's, and the ids that are named with them are that person's.
   */
  | {
      readonly how: 'links'
      /** By age. Empty for a person who is new. */
      readonly groups: readonly ContactInboxRow[]
      readonly takenOver: readonly TakenOver[]
    }
  /** The ids can't all be one person's. The write goes to the thread of `customerId`, and nothing is linked. */
  | {
      readonly how: 'conflicts'
      readonly groups: readonly ContactInboxRow[]
      readonly customerId: string
      readonly conflicts: readonly CustomerIdentity[]
      /** Those who hold a phone that came with another person's ids. */
      readonly disputed: readonly ContactInboxRow[]
    }

/**
 * Decides what a payload proves about a person's ids (docs/decisions/one-person-many-ids.md). A person has one current
 * id of each kind, and a second one without a notice is a conflict. A former id that comes with a stranger's ids is the
 * stranger's from then on. Evidence that is older than the last change of an id proves nothing about it.
 */
export function judge(world: World, { oaId, customerId, identities, at, isReceipt }: Evidence): Judgment {
  const named = identities.map((identity) => ({ ...identity, group: groupOf(world, oaId, identity.id) }))
  const groups = distinct(named.flatMap(({ group }) => group ?? []))
  const isOnePersons = groups.length === 1 && named.every(({ group }) => group !== null)
  // Whose thread it is costs a look-up, and is asked only where the ids are not all one person's.
  const nothing = (): Judgment => {
    if (isOnePersons) return { how: 'nothing', groups: groups.map(({ head }) => head), customerId }
    const thread = threadOf(world, oaId, customerId, named)
    const theirs = named.flatMap(({ id, group }) => (id === thread && group ? [group.head] : []))
    return { how: 'nothing', groups: theirs, customerId: thread }
  }
  const former = named.filter(({ id, group }) => group !== null && markOf(group, id)?.formerSince != null)
  const isStale = former.some(({ id, group }) => isSince(group && markOf(group, id)?.formerSince, at))
  const hasMoved = named.some(({ id, group }) => isAfter(group && markOf(group, id)?.movedAt, at))
  if (isStale || (hasMoved && !isOnePersons) || (isReceipt && former.length > 0)) return nothing()

  const taken = former.filter(
    ({ id, group }) => group && isGivenUp(group, id, at) && named.some((other) => other.group?.head.id !== group.head.id),
  )
  const rest = named.filter((each) => !taken.includes(each))
  const joined = distinct(rest.flatMap(({ group }) => group ?? []))
  if (conflict(joined, named)) {
    const thread = threadOf(world, oaId, customerId, named)
    const own = named.find(({ id }) => id === thread)?.group?.head.id ?? null
    const others = named.filter(
      ({ id, group }) => id !== thread && (group === null || group.head.id !== own || markOf(group, id)?.formerSince !== null),
    )
    const holders = isReceipt ? [] : distinct(others.flatMap(({ kind, group }) => (kind === 'phone' && group ? group : [])))
    return {
      how: 'conflicts',
      groups: groups.filter(({ head }) => head.id === own).map(({ head }) => head),
      customerId: thread,
      conflicts: others.map(({ id, kind }) => ({ id, kind })),
      disputed: holders.filter((group) => group.head.id !== own && isDisputable(group, others, at)).map(({ head }) => head),
    }
  }
  const isNew = taken.length > 0 || joined.length !== 1 || named.some((identity) => tellsNew(joined[0], identity, named, at, isReceipt))
  if (!isNew) return nothing()
  const takenOver = taken.flatMap(({ id, group }) => (group ? [{ id, from: group.head }] : []))
  return { how: 'links', groups: joined.map(({ head }) => head).sort(byAge), takenOver }
}

/**
 * To whose thread a write goes that links nothing. A number can be somebody else's by now, a user id can't, nor can any
 * other id of an account. Where message ids are unique within a chat only, a message stays in its own.
 */
function threadOf(world: World, oaId: string, customerId: string, named: readonly Named[]): string {
  if (isNamedInChat(world, oaId, named)) return customerId
  const accounts = named.filter(({ kind }) => kind !== 'phone')
  const thread = accounts.find(({ kind }) => kind === 'user_id') ?? accounts.find(({ id }) => id === customerId) ?? accounts[0]
  return thread?.id ?? customerId
}

/** Whether these ids are of an inbox whose message ids are unique within a chat only. */
export function isNamedInChat(world: World, oaId: string, named: readonly Pick<CustomerIdentity, 'id'>[]): boolean {
  const isOfChat = named.some(({ id }) => isChatScoped(groupOf(world, oaId, id)?.head.channel ?? 'api'))
  return isOfChat || isChatScoped(world.inbox(oaId)?.channel ?? 'api')
}

export function groupOf(world: World, oaId: string, id: string): Group | null {
  const own = world.contactInbox(oaId, id)
  const head = own && headOf(world, own)
  return head && { head, marks: marksOf(world, head) }
}

export function distinct(groups: readonly Group[]): readonly Group[] {
  return [...new Map(groups.map((group) => [group.head.id, group])).values()]
}

export function markOf({ marks }: Group, id: string): IdentityMark | null {
  return marks.find((mark) => mark.id === id) ?? null
}

/** Whether a person had given the id up for another by then. Somebody else may have it now. */
export function isGivenUp(group: Group, id: string, at: Date): boolean {
  const formerSince = markOf(group, id)?.formerSince ?? null
  return formerSince !== null && formerSince.getTime() <= at.getTime() && currentMarks(group).length > 0
}

/** Whether one kind would have two current ids. Two forms of one number are one id. */
function conflict(groups: readonly Group[], named: readonly CustomerIdentity[]): boolean {
  const current = groups.flatMap(currentMarks)
  const known = new Map(current.map(({ id, kind }) => [id, kind]))
  return hasTwoOfAKind([...current, ...named.map(({ id, kind }) => ({ id, kind: known.get(id) ?? kind }))])
}

export function currentMarks({ marks }: Group): readonly IdentityMark[] {
  return marks.filter(({ formerSince }) => formerSince === null)
}

export function hasTwoOfAKind(named: readonly Pick<IdentityMark, 'id' | 'kind'>[]): boolean {
  const ids = new Map<string, Set<string>>()
  for (const { id, kind } of named) if (kind !== null) ids.set(kind, (ids.get(kind) ?? new Set()).add(bareId({ id, kind })))
  return [...ids.values()].some((same) => same.size > 1)
}

/**
 * Whether the evidence tells anything new of an id of the group: the id, its kind, or that it is the person's again.
 */
function tellsNew(group: Group | undefined, { id }: CustomerIdentity, named: readonly Named[], at: Date, isReceipt: boolean): boolean {
  const mark = group === undefined ? null : markOf(group, id)
  if (group === undefined || mark === null || mark.kind === null) return true
  if (isReceipt) return false
  if (mark.since === null && mark.movedAt === null) return true
  return (mark.formerSince !== null && isCurrentAgain(named)) || (mark.disputedSince !== null && settles(mark, group.marks, named, at))
}

/** Whether a former id of a person is named with others. Alone it may come from whoever has it now. */
export function isCurrentAgain(named: readonly Pick<CustomerIdentity, 'id'>[]): boolean {
  return named.length > 1
}

/** Whether a disputed id is named beside a current one of its person, later than it was disputed. */
export function settles(
  mark: IdentityMark,
  marks: readonly IdentityMark[],
  named: readonly Pick<CustomerIdentity, 'id'>[],
  at: Date,
): boolean {
  const isWithOwn = marks.some(({ id, formerSince }) => id !== mark.id && formerSince === null && named.some((other) => other.id === id))
  return isWithOwn && !isSince(mark.disputedSince, at)
}

/**
 * Whether the group holds a named phone that is not disputed since later, and that nothing moved there since the
 * evidence.
 */
function isDisputable(group: Group, named: readonly CustomerIdentity[], at: Date): boolean {
  return named.some(({ id, kind }) => {
    const mark = markOf(group, id)
    if (kind !== 'phone' || mark === null || mark.formerSince !== null) return false
    return !isSince(mark.disputedSince, at) && !isSince(mark.movedAt, at)
  })
}

/** Whether a time is at or after the evidence. */
function isSince(time: Date | null | undefined, at: Date): boolean {
  return time != null && time.getTime() >= at.getTime()
}

export function isAfter(time: Date | null | undefined, at: Date): boolean {
  return time != null && time.getTime() > at.getTime()
}
