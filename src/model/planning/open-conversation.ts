import type { Channel } from '../records.js'
import type { StampedEvent } from '../stamped-events.js'
import type { UpsertItem } from '../upsert-item.js'
import { withChannelName, withPatch } from './apply-patch.js'
import type { Choice, Situation } from './choose-conversation.js'
import { type ItemPlan, type ItemStamp, putConversation, scopeContactInbox } from './item-plan.js'
import { firstMark } from './operations.js'
import { keptContact } from './people.js'
import type { ContactInboxRow, ConversationRow } from './rows.js'
import { sameValue } from './same-value.js'
import { derivedTime } from './times.js'
import type { World } from './world.js'

/** Makes sure that the customer has a contact inbox, and that its head is on this channel, which aliases share. */
export function ensureContactInbox(
  world: World,
  stamp: ItemStamp,
  item: UpsertItem,
  { own, canonical }: Situation,
  channel: Channel,
): ContactInboxRow {
  if (canonical !== null && canonical.channel !== channel) world.putContactInbox({ ...canonical, channel })
  if (own !== null) return world.contactInboxById(own.id) ?? own
  const created = newContactInbox(stamp, { id: item.ids.contactInbox, oaId: item.oaId, customerId: item.customerId, channel })
  world.putContactInbox(created)
  return created
}

/** The row of an id that is seen for the first time. */
export function newContactInbox(
  { accountId, now }: ItemStamp,
  row: Pick<ContactInboxRow, 'id' | 'oaId' | 'customerId' | 'channel'>,
): ContactInboxRow {
  return {
    ...row,
    accountId,
    contactId: null,
    canonicalId: null,
    scopes: null,
    identities: null,
    previousHeadId: null,
    deliveredWatermark: null,
    readWatermark: null,
    droppedEvents: 0,
    createdAt: now,
  }
}

/** Creates or reopens the chosen conversation, or takes it as it is, and applies the patch to it. */
export function openConversation(
  plan: ItemPlan,
  situation: Situation,
  choice: Choice,
  channel: Channel,
  fresh: readonly StampedEvent[],
): void {
  const { item, world, stamp } = plan
  const start =
    choice.how === 'creates'
      ? newConversation(plan, situation, channel, choice.as === 'closed' ? lastTimeOf(fresh, stamp.now) : null)
      : choice.conversation
  if (start === null) return
  const opened = choice.how === 'reopens' ? reopened(plan, start) : start
  const usernameKey = item.usernameKey ?? opened.usernameKey
  const isAsItWas = channel === opened.channel && usernameKey === opened.usernameKey && Object.keys(item.patch).length === 0
  const patched = isAsItWas ? opened : withPatch({ ...opened, channel, usernameKey }, item.patch)
  if (choice.how !== 'joins' || !sameValue(start, patched)) putConversation(plan, patched)

  // The contact is read only when it is needed, because an adapter may have to load it.
  const contact = typeof item.patch.customerName === 'string' ? keptContact(world, start.contactId) : null
  const named = contact && withChannelName(contact, item.patch, stamp.now)
  if (named) world.putContact(named)
}

function reopened({ world, stamp, item }: ItemPlan, row: ConversationRow): ConversationRow {
  // A closed conversation does not hold its username, so another conversation may have claimed it by now.
  const isTaken = row.usernameKey !== null && world.activeByUsername(item.oaId, row.usernameKey) !== null
  return { ...row, status: 'open', statusChangedAt: stamp.now, closedAt: null, usernameKey: isTaken ? null : row.usernameKey }
}

function newConversation(
  plan: ItemPlan,
  { inbox, canonical: known, latest }: Situation,
  channel: Channel,
  closedAt: Date | null,
): ConversationRow {
  const { item, stamp, before } = plan
  const { accountId } = stamp
  const openedAt = timeOfOpening(stamp.now, latest)
  // A customer who was unknown has one id, which is the scope.
  const canonical = known ?? scopeContactInbox(plan)
  before.set(item.ids.conversation, null)
  return {
    id: item.ids.conversation,
    accountId,
    oaId: canonical.oaId,
    customerId: canonical.customerId,
    contactInboxId: canonical.id,
    contactId: canonical.contactId ?? newContact(plan, canonical.id),
    channel,
    status: closedAt === null ? 'open' : 'closed',
    version: 0,
    nickname: null,
    customerName: null,
    customerUsername: null,
    usernameKey: null,
    isLinked: canonical.identities !== null,
    chatbotId: inbox?.chatbotId ?? null,
    unreadCount: 0,
    lastSeq: 0,
    readSeq: 0,
    parts: [],
    lastEventSeq: 0,
    lastMessageAt: null,
    lastMessagePreview: null,
    lastMessageRowId: null,
    lastInboundAt: null,
    waitingSince: null,
    lastAnswerAt: null,
    lastActivityAt: openedAt,
    statusChangedAt: closedAt ?? openedAt,
    windowExpiresAt: null,
    snoozedUntil: null,
    closedAt,
    metadata: null,
    ...firstMark({ id: item.operationId, outcome: 'created', at: stamp.serverNow }, latest),
    createdAt: openedAt,
    updatedAt: openedAt,
  }
}

/** The time of the last message or postback that is stored. */
function lastTimeOf(events: readonly StampedEvent[], now: Date): Date {
  const said = events.filter(({ type }) => type === 'message' || type === 'postback')
  return new Date(Math.max(...said.map(({ occurredAt }) => derivedTime(occurredAt ?? now, now).getTime())))
}

/**
 * Now, but after the opening of the conversation that was the latest so far. The latest conversation is the last one
 * that was opened, even if the clock stands still or steps back.
 */
function timeOfOpening(now: Date, latest: ConversationRow | null): Date {
  return latest === null ? now : new Date(Math.max(now.getTime(), latest.createdAt.getTime() + 1))
}

function newContact({ world, item, stamp }: ItemPlan, canonicalId: string): string {
  const id = item.ids.contact
  const name = item.patch.customerName ?? null
  const { accountId, now } = stamp
  world.putContact({
    id,
    accountId,
    name,
    nameSource: name === null ? null : 'channel',
    metadata: null,
    mergedInto: null,
    operations: [],
    droppedUntil: null,
    createdAt: now,
    updatedAt: now,
  })
  const canonical = world.contactInboxById(canonicalId)
  if (canonical) world.putContactInbox({ ...canonical, contactId: id })
  return id
}
