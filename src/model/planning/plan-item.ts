import type { Channel } from '../records.js'
import type { EventOutcome, StampedEvent } from '../stamped-events.js'
import type { ItemFailure, UpsertItem, UpsertResult } from '../upsert-item.js'
import { changeIdentities } from './change-identities.js'
import {
  type Choice,
  channelOf,
  chooseConversation,
  findSituation,
  knownScopes,
  opens,
  refusal,
  type Situation,
} from './choose-conversation.js'
import { outcomeOf, raiseVersions } from './finish-item.js'
import { type ItemPlan, type ItemStamp, touchedConversation } from './item-plan.js'
import { type KnownEvents, knownEvents, leavesRow } from './known-events.js'
import { adopt, beginLink, type LinkPlan, linkIdentities } from './link-identities.js'
import { type Naming, nameCustomer } from './name-customer.js'
import { ensureContactInbox, openConversation } from './open-conversation.js'
import { mayBeForgotten, rememberedOperation } from './operations.js'
import { conversationOf } from './people.js'
import { customerScopes, headOf, type Scopes } from './scopes.js'
import { dropOverdue } from './waiting-time.js'
import type { World } from './world.js'
import { writeEvents } from './write-events.js'

/** Writes one item into the world, as docs/write-path.md describes. An item that fails leaves nothing behind. */
export function planItem(world: World, stamp: ItemStamp, item: UpsertItem): UpsertResult {
  // What waited too long is over, whatever becomes of the item.
  dropOverdue(world, stamp, item)
  const mark = world.mark()
  const result = writeItem(world, stamp, item)
  if (!result.ok) world.rollbackTo(mark)
  return result
}

function writeItem(world: World, stamp: ItemStamp, given: UpsertItem): UpsertResult {
  const found = lookUp(world, stamp, given)
  const resent = resentResult(world, stamp, found)
  if (resent) return resent
  if (cannotTell(stamp, found)) return failed({ code: 'COMMIT_OUTCOME_UNKNOWN', details: { operationId: given.operationId } })

  const link = beginLink(world, stamp, given.operationId)
  const changes = changeIdentities(link, given, () => channelOfKnown(found))
  const { naming, situation: before, scopes, known } = changes.size === 0 ? found : lookUp(world, stamp, given)
  const { asKnown } = naming
  if (given.events.some(leavesRow) && newEvents(given, known).length === 0) {
    return replay(link, asKnown, before, scopes, known, naming, changes)
  }

  const item = naming.asLinked
  linkAsNamed(link, naming, before)
  const { situation, known: knownNow } = naming.judged === null ? { situation: before, known } : lookUpLinked(world, stamp, item, scopes)
  const fresh = newEvents(item, knownNow)
  const chosen = chooseConversation(world, stamp, item, situation, fresh)
  const failure = refusal(world, item, situation, chosen)
  if (failure) return failed(failure)
  const channel = channelOf(item, situation, chosen)
  const own = ensureContactInbox(world, stamp, item, situation, channel)
  const adopted = chosen.how === 'adopts' ? adopt(link, situation.own === null, headOf(world, own) ?? own, chosen.conversation) : null
  const choice: Choice = adopted === null ? chosen : { how: 'adopts', conversation: adopted.conversation }
  const current = customerScopes(world, item, channel) ?? { own: own.id, all: [own.id], former: [] }
  const plan = beginPlan(link, item, own.id, current, choice)
  openConversation(plan, situation, choice, channel, fresh)
  const written = writeEvents(plan, knownNow, adopted === null ? {} : { afterNew: adopted.settle })
  return finish(plan, choice, written.outcomes, opens(item, fresh) ? null : written.targetedId, 'unchanged', naming, changes)
}

type Changes = ReturnType<typeof changeIdentities>

/** What is stored of an item's customer and of its events. */
interface Found {
  readonly naming: Naming
  readonly situation: Situation
  readonly scopes: Scopes
  readonly known: KnownEvents
}

function lookUp(world: World, stamp: ItemStamp, item: UpsertItem): Found {
  const naming = nameCustomer(world, stamp, item)
  const { asKnown } = naming
  const situation = findSituation(world, asKnown)
  const scopes = withScopes(knownScopes(world, asKnown, situation), naming.scopes)
  return { naming, situation, scopes, known: knownEvents(world, scopes, asKnown, isResent(stamp)) }
}

/** The same once the ids are linked. A link may give a message the id under which the item brings it, too. */
function lookUpLinked(world: World, stamp: ItemStamp, item: UpsertItem, before: Scopes): Pick<Found, 'situation' | 'known'> {
  const situation = findSituation(world, item)
  const scopes = withScopes(knownScopes(world, item, situation), before.all)
  return { situation, known: knownEvents(world, scopes, item, isResent(stamp)) }
}

function isResent({ resentAfter }: ItemStamp): boolean {
  return resentAfter !== null
}

/** The events that are not known yet, of those that leave a row, and those that are known as history and come live. */
function newEvents({ events }: UpsertItem, known: KnownEvents): readonly StampedEvent[] {
  return events.filter((event, index) => leavesRow(event) && (known[index]?.turnsLive ?? true))
}

function channelOfKnown({ naming, situation }: Pick<Found, 'naming' | 'situation'>): Channel {
  return channelOf(naming.asLinked, situation, { how: 'joins', conversation: situation.active ?? situation.latest })
}

function linkAsNamed(link: LinkPlan, naming: Naming, situation: Situation): void {
  if (naming.judged === null) return
  const { evidence, judgment } = naming.judged
  const { ids, operationId } = naming.asLinked
  linkIdentities(link, judgment, { ...evidence, rowIds: ids.identities, channel: channelOfKnown({ naming, situation }), operationId })
}

/**
 * Every event is known, so nothing is opened, patched or linked. Only receipts and links of messages may still have an
 * effect.
 */
function replay(
  link: LinkPlan,
  item: UpsertItem,
  { own, active, latest }: Situation,
  scopes: Scopes,
  known: KnownEvents,
  naming: Naming,
  changes: Changes,
): UpsertResult {
  const choice: Choice = { how: 'joins', conversation: active ?? latest }
  const plan = beginPlan(link, item, own?.id ?? scopes.own, scopes, choice)
  const written = writeEvents(plan, known, { isReplay: true })
  const isOwn = item.events.every((event, index) => !leavesRow(event) || known[index]?.isOwn === true)
  // The customer's only conversation may have been merged into another customer's.
  const reportedId = written.targetedId ?? plan.chosenId ?? known.findLast((each) => each?.storedIn)?.storedIn ?? null
  return finish(plan, choice, written.outcomes, reportedId, written.hadEffect || isOwn ? 'unchanged' : 'duplicate', naming, changes)
}

/** The earlier answer, when a conversation remembers this item's operation. */
function resentResult(world: World, stamp: ItemStamp, { naming, situation, known }: Found): UpsertResult | null {
  const { active, latest, canonical } = situation
  const { operationId } = naming.asKnown
  const elsewhere = () =>
    stamp.resentAfter === null || canonical === null ? null : world.conversationWithOperation(canonical.id, operationId)
  const row = [active, latest].find((each) => each !== null && rememberedOperation(each, operationId) !== null) ?? elsewhere()
  const mark = row && rememberedOperation(row, operationId)
  if (!row || !mark) return null
  // Another event may have the id of a notice, which leaves no row.
  const isNotice = (index: number) => naming.asKnown.events[index]?.type === 'identity_change'
  const events = known.map((each, index) => (isNotice(index) ? 'unchanged' : (each?.outcome ?? 'unchanged')))
  return { ok: true, outcome: mark.outcome, conversation: conversationOf(world, row), events, conflicts: naming.conflicts }
}

/**
 * An event that left a row proves whether the item was applied. Without such an event, only the conversation's memory
 * can.
 */
function cannotTell(stamp: ItemStamp, { naming, situation: { active, latest } }: Found): boolean {
  const row = active ?? latest
  return row !== null && !naming.asKnown.events.some(leavesRow) && mayBeForgotten(row, stamp)
}

function failed(failure: ItemFailure): UpsertResult {
  return { ok: false, failure }
}

/** The scopes of the customer, and those of the people that are the same person by this item. */
function withScopes(scopes: Scopes, more: readonly string[]): Scopes {
  return more.length === 0 ? scopes : { ...scopes, all: [...new Set([...scopes.all, ...more])] }
}

function beginPlan(link: LinkPlan, item: UpsertItem, ownId: string, scopes: Scopes, { how, conversation }: Choice): ItemPlan {
  const chosenId = how === 'creates' ? item.ids.conversation : (conversation?.id ?? null)
  const arrived = { messageIds: new Set<string>(), localIds: new Set<string>() }
  return { item, customerId: item.customerId, ownId, scopes, chosenId, arrived, timed: new Set(), ...link }
}

function finish(
  plan: ItemPlan,
  choice: Choice,
  events: readonly EventOutcome[],
  targetedId: string | null,
  otherwise: 'duplicate' | 'unchanged',
  { conflicts }: Naming,
  changes: Changes,
): UpsertResult {
  const outcomes = events.map((each, index) => changes.get(index) ?? each)
  const raised = raiseVersions(plan, choice)
  const reportedId = targetedId ?? plan.chosenId
  const row = reportedId === null ? null : touchedConversation(plan, reportedId)
  const risen = row === null || !raised.has(row.id) ? null : plan.merged.has(row.id) ? 'merged' : 'updated'
  const outcome = outcomeOf(choice, risen ?? otherwise)
  return { ok: true, outcome, conversation: row && conversationOf(plan.world, row), events: outcomes, conflicts }
}
