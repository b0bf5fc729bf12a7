import { isChatScoped } from '../channels.js'
import type { CustomerIdentity } from '../identities.js'
import type { StampedEvent } from '../stamped-events.js'
import type { UpsertItem } from '../upsert-item.js'
import { type Evidence, isNamedInChat, type Judgment, judge } from './evidence.js'
import type { ItemStamp } from './item-plan.js'
import { groupScopes } from './scopes.js'
import type { World } from './world.js'

/** What an item's identities say of its customer. */
export interface Naming {
  /** Null when the item names its customer by one id alone. */
  readonly judged: { readonly evidence: Evidence; readonly judgment: Judgment } | null
  /** The item under an id that is known already, if one of them is. */
  readonly asKnown: UpsertItem
  /** The item under the id to whose thread it goes. */
  readonly asLinked: UpsertItem
  /** What is stored of all the people that are one person by this item. */
  readonly scopes: readonly string[]
  readonly conflicts: readonly CustomerIdentity[]
}

export function nameCustomer(world: World, { now }: ItemStamp, item: UpsertItem): Naming {
  const { oaId, customerId, identities, events } = item
  if (identities.length === 0) return { judged: null, asKnown: item, asLinked: item, scopes: [], conflicts: [] }
  const evidence = { oaId, customerId, identities, at: timeOf(events, now), isReceipt: isReceipt(events) }
  const judgment = judge(world, evidence)
  const isOwn = judgment.how === 'nothing' && judgment.customerId === customerId
  if (isOwn) return { judged: { evidence, judgment }, asKnown: item, asLinked: item, scopes: [], conflicts: [] }
  // Each chat keeps messages of its own, whoever it belongs to.
  const isOfChat = isChatScoped(item.channel ?? 'api') || isNamedInChat(world, oaId, identities)
  const scopes = isOfChat ? [] : judgment.groups.flatMap(groupScopes)
  if (judgment.how !== 'links') {
    const thread = isOfChat ? item : under(item, judgment.customerId)
    const conflicts = judgment.how === 'conflicts' ? judgment.conflicts : []
    return { judged: { evidence, judgment }, asKnown: thread, asLinked: thread, scopes, conflicts }
  }
  const known = isOfChat ? undefined : [customerId, ...identities.map(({ id }) => id)].find((id) => world.contactInbox(oaId, id) !== null)
  return { judged: { evidence, judgment }, asKnown: { ...item, customerId: known ?? customerId }, asLinked: item, scopes, conflicts: [] }
}

/** The item as one of the customer's to whose thread it goes. Who acted as the customer is that one then. */
function under(item: UpsertItem, customerId: string): UpsertItem {
  if (customerId === item.customerId) return item
  const isOwn = ({ sender }: StampedEvent) => sender.type === 'customer' && sender.id === item.customerId
  const events = item.events.map((event) => (isOwn(event) ? { ...event, sender: { ...event.sender, id: customerId } } : event))
  const contactInbox = item.ids.identities[item.identities.findIndex(({ id }) => id === customerId)] ?? item.ids.contactInbox
  return { ...item, customerId, events, ids: { ...item.ids, contactInbox } }
}

/** The time of the message that names the ids, which is never later than now. */
function timeOf(events: readonly StampedEvent[], now: Date): Date {
  const said = events.filter(({ type }) => type === 'message' || type === 'postback' || type === 'identity_change')
  const times = (said.length > 0 ? said : events).map(({ occurredAt }) => (occurredAt ?? now).getTime())
  return new Date(Math.min(now.getTime(), times.length === 0 ? now.getTime() : Math.max(...times)))
}

function isReceipt(events: readonly StampedEvent[]): boolean {
  return events.length > 0 && events.every(({ type }) => type === 'receipt' || type === 'watermark')
}
