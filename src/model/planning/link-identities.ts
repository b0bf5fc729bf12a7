import type { CustomerIdentity } from '../identities.js'
import { limits } from '../limits.js'
import type { Channel } from '../records.js'
import { isCurrentAgain, type Judgment, settles } from './evidence.js'
import { type ItemStamp, putConversation, touchedConversation } from './item-plan.js'
import type { JoinPlan } from './join-conversations.js'
import { joinGroups } from './join-groups.js'
import { inOneForm } from './one-form.js'
import { newContactInbox } from './open-conversation.js'
import { marksOf, nameless, plainMark } from './people.js'
import { renameHead } from './rename-head.js'
import type { ContactInboxRow, ConversationRow, IdentityMark } from './rows.js'
import { groupScopes } from './scopes.js'
import type { World } from './world.js'

/** Which ids are one person's, and how those that are new are stored. */
export interface Naming {
  readonly oaId: string
  /** The id whose row becomes the head when nothing is known of the person. */
  readonly customerId: string
  readonly identities: readonly Pick<CustomerIdentity, 'id'>[]
  /** An id for each of the identities, for the rows of those that are new. */
  readonly rowIds: readonly string[]
  readonly channel: Channel
}

/** How the ids of a payload are written. */
export interface Linking extends Naming {
  readonly identities: readonly CustomerIdentity[]
  readonly operationId: string
  readonly at: Date
  readonly isReceipt: boolean
}

export type LinkPlan = JoinPlan

export function beginLink(world: World, stamp: ItemStamp, operationId: string): LinkPlan {
  return { world, stamp, operationId, before: new Map(), relinked: new Set(), merged: new Set() }
}

/** Writes what a payload has proved of a person's ids. */
export function linkIdentities(plan: LinkPlan, judgment: Judgment, linking: Linking): void {
  if (judgment.how === 'conflicts') {
    for (const head of judgment.disputed) dispute(plan, head, linking)
  } else if (judgment.how === 'links') {
    link(plan, judgment, linking)
  }
}

function link(plan: LinkPlan, links: Links, linking: Linking): void {
  mark(plan, joinNamed(plan, links, linking), linking, new Set(links.takenOver.map(({ id }) => id)))
}

type Links = Pick<Extract<Judgment, { readonly how: 'links' }>, 'groups' | 'takenOver'>

/**
 * Makes the named ids rows of one group, whose head's id it returns. What is known of the ids is left to the caller.
 */
export function joinNamed(plan: LinkPlan, { groups, takenOver }: Links, linking: Naming): string {
  const { world } = plan
  const [oldest, ...losers] = groups
  if (oldest !== undefined && losers.length > 0) joinGroups(plan, oldest, losers)()
  for (const { id, from } of takenOver) leave(plan, from, id)
  const winner = oldest ?? newHead(plan, linking)
  // The ids that are known so far come before those that follow.
  const known = headById(plan, winner.id)
  world.putContactInbox({ ...known, identities: marksOf(world, known) })
  linking.identities.forEach(({ id }, index) => {
    const row = world.contactInbox(linking.oaId, id)
    const head = headById(plan, winner.id)
    if (row !== null && (row.id === head.id || row.canonicalId === head.id)) return
    const known =
      row ?? newContactInbox(plan.stamp, { oaId: linking.oaId, customerId: id, channel: head.channel, id: linking.rowIds[index] ?? '' })
    world.putContactInbox({
      ...known,
      canonicalId: head.id,
      contactId: head.contactId,
      scopes: null,
      identities: null,
      previousHeadId: row?.previousHeadId ?? row?.canonicalId ?? null,
    })
  })
  return winner.id
}

/**
 * Makes a customer one person with the one whose conversation this is, by their username alone. The conversation's
 * group stays, whichever is older. Returns the conversation as it is then, and what applies what each of the two knew
 * of the other's messages. That comes behind the messages of the item in the order of events.
 */
export function adopt(plan: LinkPlan, isNew: boolean, own: ContactInboxRow, { id, contactInboxId }: ConversationRow): Adopted {
  const { world } = plan
  const winner = headById(plan, contactInboxId)
  let settle = () => {}
  if (isNew) {
    const known = marksOf(world, winner)
    world.putContactInbox({ ...own, canonicalId: winner.id, contactId: winner.contactId })
    world.putContactInbox({ ...winner, identities: [...known, plainMark(own.customerId, null, null)] })
  } else {
    settle = joinGroups(plan, winner, [own])
  }
  askTheHead(plan, winner.id)
  return { conversation: touchedConversation(plan, id), settle }
}

interface Adopted {
  readonly conversation: ConversationRow
  readonly settle: () => void
}

/** The head of somebody who is new. Ids that are taken over have their rows already. */
function newHead({ world, stamp }: LinkPlan, { oaId, customerId, channel, identities, rowIds }: Naming): ContactInboxRow {
  const fresh = identities.filter(({ id }) => world.contactInbox(oaId, id) === null)
  const name = (fresh.find(({ id }) => id === customerId) ?? fresh[0])?.id ?? customerId
  const own = world.contactInbox(oaId, name)
  const id = rowIds[identities.findIndex((identity) => identity.id === name)] ?? ''
  const row =
    own === null
      ? newContactInbox(stamp, { oaId, customerId: name, channel, id })
      : { ...own, canonicalId: null, contactId: null, previousHeadId: own.previousHeadId ?? own.canonicalId }
  world.putContactInbox(row)
  return row
}

export function headById({ world }: Pick<LinkPlan, 'world'>, id: string): ContactInboxRow {
  const head = world.contactInboxById(id)
  if (head === null) throw new TypeError('the contact inbox of a person is gone')
  return head
}

/**
 * Takes an id out of a group, which may have joined another one since. What was said under the id stays there. A head
 * that still goes by it gets another name.
 */
function leave(plan: LinkPlan, from: ContactInboxRow, id: string): void {
  const headId = headById(plan, from.id).canonicalId ?? from.id
  renameHead(plan, headById(plan, headId))
  const head = headById(plan, headId)
  plan.world.putContactInbox({ ...head, identities: marksOf(plan.world, head).filter((mark) => mark.id !== id) })
  leaveRow(plan, head, id)
  touch(plan, headId)
}

/**
 * Leaves a row with the group under which something of it may be stored, or which tells who had the id before, and
 * gives the id another row: whoever has the id next would otherwise share what is stored with them.
 */
function leaveRow({ world, stamp, operationId }: LinkPlan, head: ContactInboxRow, customerId: string): void {
  const own = world.contactInbox(head.oaId, customerId)
  if (own === null || own.canonicalId !== head.id) return
  if (own.previousHeadId === null && !groupScopes(head).includes(own.id)) return
  world.putContactInbox({ ...own, customerId: nameless(own.id) })
  const row = newContactInbox(stamp, { oaId: own.oaId, customerId, channel: own.channel, id: `${own.id}.${operationId}` })
  const previousHeadId = own.previousHeadId && own.id
  world.putContactInbox({ ...row, canonicalId: head.id, contactId: own.contactId, previousHeadId })
}

/** Keeps the ids with their kinds on the head, and lets every conversation of the group ask there. */
function mark(plan: LinkPlan, headId: string, { identities, operationId, at, isReceipt }: Linking, moved: ReadonlySet<string>): void {
  const { world } = plan
  const head = headById(plan, headId)
  const before = marksOf(world, head)
  const marks = new Map(before.map((each) => [each.id, each]))
  for (const { id, kind } of identities) {
    const known = marks.get(id)
    // A receipt names the ids that the reply went to, and its time tells nothing of them.
    const fresh = { ...plainMark(id, kind, operationId), since: isReceipt ? null : at, movedAt: moved.has(id) ? at : null }
    if (known === undefined || moved.has(id)) marks.set(id, fresh)
    else marks.set(id, isReceipt ? ofKind(known, kind, null) : told(ofKind(known, kind, at), before, identities, at))
  }
  world.putContactInbox({ ...head, identities: bounded(inOneForm([...marks.values()], identities, at)) })
  askTheHead(plan, headId)
}

/** Lets every conversation of a group ask its head whom to answer. */
export function askTheHead(plan: LinkPlan, headId: string): void {
  for (const row of plan.world.conversationsOf(headId)) if (!row.isLinked) putConversation(plan, { ...row, isLinked: true })
  touch(plan, headId)
}

/** An id of which nobody has said yet what it is, or since when, is known to be the person's since then. */
function ofKind(known: IdentityMark, kind: string, at: Date | null): IdentityMark {
  const since = known.since === null && known.movedAt === null ? at : known.since
  return { ...known, kind: known.kind ?? kind, since }
}

/** What is known of an id that came again. With the person's others it is current, and is no longer disputed. */
function told(known: IdentityMark, marks: readonly IdentityMark[], named: Linking['identities'], at: Date): IdentityMark {
  const moved = known.formerSince !== null && isCurrentAgain(named) ? { formerSince: null, movedAt: at } : {}
  return { ...known, ...moved, disputedSince: settles(known, marks, named, at) ? null : known.disputedSince }
}

/** The ids that have been former for the longest are left out of the list. They still lead to the person. */
export function bounded(marks: readonly IdentityMark[]): readonly IdentityMark[] {
  if (marks.length <= limits.identitiesOfPerson) return marks
  const former = marks.filter(({ formerSince }) => formerSince !== null)
  const dropped = new Set(former.slice(0, marks.length - limits.identitiesOfPerson))
  return marks.filter((each) => !dropped.has(each))
}

function dispute(plan: LinkPlan, { id }: ContactInboxRow, { identities, at }: Linking): void {
  const head = headById(plan, id)
  const phones = new Set(identities.filter(({ kind }) => kind === 'phone').map((identity) => identity.id))
  const marks = marksOf(plan.world, head)
  plan.world.putContactInbox({
    ...head,
    identities: marks.map((each) => (phones.has(each.id) && each.formerSince === null ? { ...each, disputedSince: at } : each)),
  })
  touch(plan, id)
}

/** Whom to answer has changed, so the version of the active conversation rises although nothing of its row did. */
export function touch(plan: LinkPlan, headId: string): void {
  const active = plan.world.activeConversation(headId)
  if (active === null) return
  plan.relinked.add(active.id)
  putConversation(plan, active)
}
