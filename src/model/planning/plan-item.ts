import type { EventOutcome } from '../stamped-events.js'
import type { ItemFailure, UpsertItem, UpsertResult } from '../upsert-item.js'
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
import { adopt, type LinkPlan, linkIdentities } from './link-identities.js'
import { type Naming, nameCustomer } from './name-customer.js'
import { ensureContactInbox, openConversation } from './open-conversation.js'
import { mayBeForgotten, rememberedOperation } from './operations.js'
import { conversationOf } from './people.js'
import type { ConversationRow } from './rows.js'
import { customerScopes, type Scopes } from './scopes.js'
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
  const naming = nameCustomer(world, stamp, given)
  const { asKnown } = naming
  const before = findSituation(world, asKnown)
  const scopes = withScopes(knownScopes(world, asKnown, before), naming.scopes)
  const known = knownEvents(world, scopes.all, asKnown)
  const resent = resentResult(world, stamp, asKnown, before, known, naming)
  if (resent) return resent
  if (cannotTell(stamp, asKnown, before)) return failed({ code: 'COMMIT_OUTCOME_UNKNOWN', details: { operationId: given.operationId } })

  const recordable = given.events.map((event, index) => ({ event, known: known[index] ?? null })).filter(({ event }) => leavesRow(event))
  const fresh = recordable.filter((each) => each.known === null).map(({ event }) => event)
  if (recordable.length > 0 && fresh.length === 0) return replay(world, stamp, asKnown, before, scopes, known, naming)

  const item = naming.asLinked
  const link = { world, stamp, before: new Map<string, ConversationRow | null>(), relinked: new Set<string>() }
  linkAsNamed(link, naming, before)
  const situation = naming.judged === null ? before : findSituation(world, item)
  const choice = chooseConversation(world, stamp, item, situation, fresh)
  const failure = refusal(world, item, situation, choice)
  if (failure) return failed(failure)
  const channel = channelOf(item, situation, choice)
  const own = ensureContactInbox(world, stamp, item, situation, channel)
  if (choice.how === 'adopts') adopt(link, situation.own === null, situation.canonical ?? own, choice.conversation)
  const current = customerScopes(world, item, channel) ?? { own: own.id, all: [own.id] }
  const plan = beginPlan(link, item, own.id, current, choice)
  openConversation(plan, situation, choice, channel)
  const written = writeEvents(plan, known)
  return finish(plan, choice, written.outcomes, opens(item, fresh) ? null : written.targetedId, 'unchanged', naming)
}

function linkAsNamed(link: LinkPlan, { judged, asLinked }: Naming, situation: Situation): void {
  if (judged === null) return
  const { evidence, judgment } = judged
  const { ids, operationId } = asLinked
  const channel = channelOf(asLinked, situation, { how: 'joins', conversation: situation.active ?? situation.latest })
  linkIdentities(link, judgment, { ...evidence, rowIds: ids.identities, channel, operationId })
}

/**
 * Every event is known, so nothing is opened, patched or linked. Only receipts and links of messages may still have an
 * effect.
 */
function replay(
  world: World,
  stamp: ItemStamp,
  item: UpsertItem,
  { own, active, latest }: Situation,
  scopes: Scopes,
  known: KnownEvents,
  naming: Naming,
): UpsertResult {
  const choice: Choice = { how: 'joins', conversation: active ?? latest }
  const link = { world, stamp, before: new Map<string, ConversationRow | null>(), relinked: new Set<string>() }
  const plan = beginPlan(link, item, own?.id ?? scopes.own, scopes, choice)
  const written = writeEvents(plan, known)
  const isOwn = item.events.every((event, index) => !leavesRow(event) || known[index]?.isOwn === true)
  return finish(plan, choice, written.outcomes, written.targetedId, written.hadEffect || isOwn ? 'unchanged' : 'duplicate', naming)
}

/** The earlier answer, when a conversation remembers this item's operation. */
function resentResult(
  world: World,
  stamp: ItemStamp,
  item: UpsertItem,
  situation: Situation,
  known: KnownEvents,
  { conflicts }: Naming,
): UpsertResult | null {
  const { active, latest, canonical } = situation
  const elsewhere = () =>
    stamp.resentAfter === null || canonical === null ? null : world.conversationWithOperation(canonical.id, item.operationId)
  const row = [active, latest].find((each) => each !== null && rememberedOperation(each, item.operationId) !== null) ?? elsewhere()
  const mark = row && rememberedOperation(row, item.operationId)
  if (!row || !mark) return null
  const events = known.map((each) => each?.outcome ?? 'unchanged')
  return { ok: true, outcome: mark.outcome, conversation: conversationOf(world, row), events, conflicts }
}

/**
 * An event that left a row proves whether the item was applied. Without such an event, only the conversation's memory
 * can.
 */
function cannotTell(stamp: ItemStamp, item: UpsertItem, { active, latest }: Situation): boolean {
  const row = active ?? latest
  return row !== null && !item.events.some(leavesRow) && mayBeForgotten(row, stamp)
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
  return { ...link, item, customerId: item.customerId, ownId, scopes, chosenId, arrived: { messageIds: new Set(), localIds: new Set() } }
}

function finish(
  plan: ItemPlan,
  choice: Choice,
  events: readonly EventOutcome[],
  targetedId: string | null,
  otherwise: 'duplicate' | 'unchanged',
  { conflicts }: Naming,
): UpsertResult {
  const raised = raiseVersions({ ...plan, operationId: plan.item.operationId }, choice)
  const reportedId = targetedId ?? plan.chosenId
  const row = reportedId === null ? null : touchedConversation(plan, reportedId)
  const outcome = outcomeOf(choice, reportedId !== null && raised.has(reportedId), otherwise)
  return { ok: true, outcome, conversation: row && conversationOf(plan.world, row), events, conflicts }
}
