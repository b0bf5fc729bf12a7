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
import { adopt, ensureContactInbox, openConversation } from './open-conversation.js'
import { mayBeForgotten, rememberedOperation } from './operations.js'
import { customerScopes, type Scopes } from './scopes.js'
import { toConversation } from './to-records.js'
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

function writeItem(world: World, stamp: ItemStamp, item: UpsertItem): UpsertResult {
  const situation = findSituation(world, item)
  const scopes = knownScopes(world, item, situation)
  const known = knownEvents(world, scopes.all, item)
  const resent = resentResult(world, stamp, item, situation, known)
  if (resent) return resent
  if (cannotTell(stamp, item, situation)) return failed({ code: 'COMMIT_OUTCOME_UNKNOWN', details: { operationId: item.operationId } })

  const recordable = item.events.map((event, index) => ({ event, known: known[index] ?? null })).filter(({ event }) => leavesRow(event))
  const fresh = recordable.filter((each) => each.known === null).map(({ event }) => event)
  if (recordable.length > 0 && fresh.length === 0) return replay(world, stamp, item, situation, scopes, known)

  const choice = chooseConversation(world, stamp, item, situation, fresh)
  const failure = refusal(world, item, situation, choice)
  if (failure) return failed(failure)
  const channel = channelOf(item, situation, choice)
  const own = ensureContactInbox(world, stamp, item, situation, channel)
  if (choice.how === 'adopts') adopt(world, own, situation.own === null, choice.conversation)
  const current = customerScopes(world, item, channel) ?? { own: own.id, all: [own.id] }
  const plan = beginPlan(world, stamp, item, own.id, current, choice)
  openConversation(plan, situation, choice, channel)
  const written = writeEvents(plan, known)
  return finish(plan, choice, written.outcomes, opens(item, fresh) ? null : written.targetedId, 'unchanged')
}

/**
 * Every event is known, so nothing is opened and nothing is patched. Only receipts and links may still have an effect.
 */
function replay(
  world: World,
  stamp: ItemStamp,
  item: UpsertItem,
  { own, active, latest }: Situation,
  scopes: Scopes,
  known: KnownEvents,
): UpsertResult {
  const choice: Choice = { how: 'joins', conversation: active ?? latest }
  const plan = beginPlan(world, stamp, item, own?.id ?? scopes.own, scopes, choice)
  const written = writeEvents(plan, known)
  const isOwn = item.events.every((event, index) => !leavesRow(event) || known[index]?.isOwn === true)
  return finish(plan, choice, written.outcomes, written.targetedId, written.hadEffect || isOwn ? 'unchanged' : 'duplicate')
}

/** The earlier answer, when a conversation remembers this item's operation. */
function resentResult(world: World, stamp: ItemStamp, item: UpsertItem, situation: Situation, known: KnownEvents): UpsertResult | null {
  const { active, latest, canonical } = situation
  const elsewhere = () =>
    stamp.resentAfter === null || canonical === null ? null : world.conversationWithOperation(canonical.id, item.operationId)
  const row = [active, latest].find((each) => each !== null && rememberedOperation(each, item.operationId) !== null) ?? elsewhere()
  const mark = row && rememberedOperation(row, item.operationId)
  if (!row || !mark) return null
  return { ok: true, outcome: mark.outcome, conversation: toConversation(row), events: known.map((each) => each?.outcome ?? 'unchanged') }
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

function beginPlan(
  world: World,
  stamp: ItemStamp,
  item: UpsertItem,
  ownId: string,
  scopes: Scopes,
  { how, conversation }: Choice,
): ItemPlan {
  const chosenId = how === 'creates' ? item.ids.conversation : (conversation?.id ?? null)
  return { world, stamp, item, ownId, scopes, chosenId, before: new Map(), arrived: { messageIds: new Set(), localIds: new Set() } }
}

function finish(
  plan: ItemPlan,
  choice: Choice,
  events: readonly EventOutcome[],
  targetedId: string | null,
  otherwise: 'duplicate' | 'unchanged',
): UpsertResult {
  const raised = raiseVersions(plan, choice)
  const reportedId = targetedId ?? plan.chosenId
  const row = reportedId === null ? null : touchedConversation(plan, reportedId)
  const outcome = outcomeOf(choice, reportedId !== null && raised.has(reportedId), otherwise)
  return { ok: true, outcome, conversation: row && toConversation(row), events }
}
