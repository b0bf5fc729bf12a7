import type { EventOutcome, StampedEvent, StampedFact, StampedIdentityChange, StampedMessage } from '../stamped-events.js'
import { applyNews } from './apply-receipt.js'
import { applyTargetEvent } from './apply-target-event.js'
import { applyWaiting } from './apply-waiting.js'
import { tellShownCopy } from './copies.js'
import type { ItemPlan } from './item-plan.js'
import { isFact, type KnownEvents } from './known-events.js'
import { linkMessage } from './link-message.js'
import { customerScopes, everyScope, firstOf, groupScopes, headOf, type Scopes } from './scopes.js'
import { storeFact } from './store-fact.js'
import { storeMessage } from './store-message.js'
import { turnLive } from './turn-live.js'
import { applyWatermark } from './watermarks.js'

export interface WrittenEvents {
  readonly outcomes: readonly EventOutcome[]
  /** The conversation of the last event that found its target. */
  readonly targetedId: string | null
  /** Whether a known message was linked, or a receipt changed a message. */
  readonly hadEffect: boolean
}

interface Writing {
  readonly isReplay?: boolean
  readonly afterNew?: () => void
}

interface WrittenEvent {
  readonly outcome: EventOutcome
  readonly targetedId?: string | null
  readonly hadEffect?: boolean
}

/**
 * Writes the item's events. Messages and facts are written first, so that the other events find the messages that came
 * with them. What waited for any conversation goes into the chosen one, unless `isReplay`: then the scopes are also
 * those of ids that were not linked, and of other people therefore. `afterNew` is called once the new ones are stored.
 */
export function writeEvents(plan: ItemPlan, known: KnownEvents, { isReplay = false, afterNew = () => {} }: Writing = {}): WrittenEvents {
  const written = new Map<number, WrittenEvent>()
  for (const [index, event] of plan.item.events.entries()) {
    const outcome = known[index]?.outcome ?? null
    if (event.type === 'message' && outcome === null) written.set(index, newMessage(plan, event))
    else if (isFact(event)) written.set(index, { outcome: outcome ?? storeFact(plan, event) })
  }
  afterNew()
  for (const [index, event] of plan.item.events.entries()) {
    const outcome = known[index]?.outcome ?? null
    if (event.type === 'message' && outcome !== null) written.set(index, knownMessage(plan, event, outcome))
  }
  for (const [index, event] of plan.item.events.entries()) {
    if (event.type === 'message' && known[index]?.turnsLive) turnLive(plan, event)
  }
  const people = isReplay ? peopleNamed(plan) : [plan.scopes]
  applyWaiting(plan, people, plan.chosenId !== null && !isReplay)
  for (const [index, event] of plan.item.events.entries()) {
    // Changes of ids were applied before.
    if (event.type === 'message' || event.type === 'identity_change' || isFact(event)) continue
    const outcome = known[index]?.outcome ?? null
    written.set(index, outcome === null ? change(plan, event, people) : { outcome })
  }
  const all = plan.item.events.map((_, index): WrittenEvent => written.get(index) ?? { outcome: 'unchanged' })
  return {
    outcomes: all.map(({ outcome }) => outcome),
    targetedId: all.findLast(({ targetedId }) => targetedId)?.targetedId ?? null,
    hadEffect: all.some(({ hadEffect }) => hadEffect),
  }
}

/**
 * Whose messages a repeated item may name: its customer's, and those of people with whom the customer is not linked.
 * What waits for a message is theirs.
 */
function peopleNamed({ world, item, scopes }: ItemPlan): readonly Scopes[] {
  const own = customerScopes(world, item)
  const others = everyScope(scopes).filter((scope) => own?.all.includes(scope) !== true)
  const heads = others.flatMap((scope) => {
    const row = world.contactInboxById(scope)
    return (row && headOf(world, row)) ?? []
  })
  const people = [...new Map(heads.map((head) => [head.id, head])).values()]
  return [...(own === null ? [] : [own]), ...people.map((head) => ({ own: head.id, all: groupScopes(head), former: [] }))]
}

function newMessage(plan: ItemPlan, event: StampedMessage): WrittenEvent {
  storeMessage(plan, event)
  return { outcome: 'stored' }
}

/**
 * A known message that brings both ids shows that both belong to one message, so the two ids are linked. An echo also
 * tells since when the channel has the message. It stays a duplicate, whatever its time.
 */
function knownMessage(plan: ItemPlan, { messageId, localId, direction, ...event }: StampedMessage, outcome: EventOutcome): WrittenEvent {
  if (messageId === null) return { outcome }
  const occurredAt = event.occurredAt ?? plan.stamp.now
  const hadEffect = localId !== null && linkMessage(plan, { messageId, localId, occurredAt }).changed
  const row = direction === 'outbound' ? firstOf(everyScope(plan.scopes), (scope) => plan.world.messageByMessageId(scope, messageId)) : null
  if (row !== null) applyNews(plan, row, { sentAt: occurredAt })
  tellShownCopy(plan, row?.id ?? null)
  return { outcome, hadEffect }
}

type Change = Exclude<StampedEvent, StampedMessage | StampedFact | StampedIdentityChange>

function change(plan: ItemPlan, event: Change, people: readonly Scopes[]): WrittenEvent {
  if (event.type === 'watermark') {
    const changed = applyWatermark(plan, event)
    return { outcome: changed ? 'applied' : 'unchanged', hadEffect: changed }
  }
  const { outcome, conversationId } = applyTargetEvent(plan, event)
  if (event.type === 'message_sent') applyWaiting(plan, people, false)
  return { outcome, targetedId: conversationId, hadEffect: outcome === 'applied' }
}
