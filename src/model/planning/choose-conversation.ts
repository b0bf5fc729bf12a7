import { isChatScoped } from '../channels.js'
import type { Channel } from '../records.js'
import type { StampedEvent } from '../stamped-events.js'
import type { ItemFailure, UpsertItem } from '../upsert-item.js'
import type { ItemStamp } from './item-plan.js'
import type { ContactInboxRow, ConversationRow, InboxRow } from './rows.js'
import { formerScopes, groupScopes, headOf, type Scopes, scopesIn } from './scopes.js'
import type { World } from './world.js'

/** What is stored before an item is written. */
export interface Situation {
  readonly inbox: InboxRow | null
  readonly own: ContactInboxRow | null
  readonly canonical: ContactInboxRow | null
  readonly active: ConversationRow | null
  readonly latest: ConversationRow | null
}

export type Choice =
  | { readonly how: 'joins'; readonly conversation: ConversationRow | null }
  | { readonly how: 'adopts' | 'reopens'; readonly conversation: ConversationRow }
  | { readonly how: 'creates'; readonly conversation: null; readonly as: 'open' | 'closed' }

export function findSituation(world: World, item: UpsertItem): Situation {
  const own = world.contactInbox(item.oaId, item.customerId)
  const canonical = own && headOf(world, own)
  return {
    // The inbox is read only when it is needed, because an adapter may have to load it.
    get inbox() {
      return world.inbox(item.oaId)
    },
    own,
    canonical,
    active: canonical && world.activeConversation(canonical.id),
    latest: canonical && world.latestConversation(canonical.id),
  }
}

/** Chooses the conversation that an item goes to. `newEvents` are those of its events that are not known yet. */
export function chooseConversation(
  world: World,
  { now }: ItemStamp,
  item: UpsertItem,
  situation: Situation,
  newEvents: readonly StampedEvent[],
): Choice {
  const { active, latest } = situation
  if (!opens(item, newEvents)) return { how: 'joins', conversation: active ?? latest }
  if (active) return { how: 'joins', conversation: active }
  const namesake = namesakeOf(world, item)
  if (namesake) return { how: 'adopts', conversation: namesake }
  if (!latest) return { how: 'creates', conversation: null, as: isLive(item, newEvents) ? 'open' : item.historyOpens }
  // History is as silent as an outbound message.
  if (!isInbound(item, newEvents)) return { how: 'joins', conversation: latest }
  const policy = item.onClosed ?? situation.inbox?.onClosed ?? item.defaultOnClosed
  const reopens =
    policy === 'reopen' ||
    (policy !== 'new' && latest.closedAt !== null && now.getTime() - latest.closedAt.getTime() <= policy.reopenWithin)
  return reopens ? { how: 'reopens', conversation: latest } : { how: 'creates', conversation: null, as: 'open' }
}

/**
 * Where the item's events may be known. An item that may adopt a conversation by its username is looked for in that
 * one's group as well, so that what the group has already is a duplicate under the new id, too.
 */
export function knownScopes(world: World, item: UpsertItem, situation: Situation): Scopes {
  const { own, canonical, active, latest } = situation
  const channel = () => channelOf(item, situation, { how: 'joins', conversation: active ?? latest })
  const known = own === null || canonical === null ? null : scopesIn(own, canonical, channel)
  const namesake = active === null && opens(item, item.events) ? namesakeOf(world, item) : null
  const head = namesake && world.contactInboxById(namesake.contactInboxId)
  const theirs = namesake === null || head === null || isChatScoped(namesake.channel) ? [] : groupScopes(head)
  const all = [...(known?.all ?? []), ...theirs]
  return { own: known?.own ?? item.ids.contactInbox, all, former: own === null ? [] : formerScopes(world, own, channel) }
}

function namesakeOf(world: World, { oaId, usernameKey }: UpsertItem): ConversationRow | null {
  return usernameKey === null ? null : world.activeByUsername(oaId, usernameKey)
}

export function opens(item: UpsertItem, newEvents: readonly StampedEvent[]): boolean {
  return item.events.length === 0 || newEvents.some(({ type }) => type === 'message' || type === 'postback')
}

function isInbound(item: UpsertItem, newEvents: readonly StampedEvent[]): boolean {
  return (
    item.events.length === 0 ||
    newEvents.some((event) => (event.type === 'postback' || event.type === 'message') && event.direction === 'inbound' && !event.history)
  )
}

/** Whether anything but history opens the item's conversation. */
function isLive(item: UpsertItem, newEvents: readonly StampedEvent[]): boolean {
  return item.events.length === 0 || newEvents.some((event) => (event.type === 'postback' || event.type === 'message') && !event.history)
}

/**
 * Why the item cannot go to its conversation. When there are several reasons, the host gets the first in this order.
 */
export function refusal(world: World, item: UpsertItem, situation: Situation, choice: Choice): ItemFailure | null {
  return usernameTaken(world, item, situation) ?? versionConflict(item, situation, choice) ?? channelMismatch(item, situation, choice)
}

function usernameTaken(world: World, item: UpsertItem, { active }: Situation): ItemFailure | null {
  if (item.usernameKey === null || active === null) return null
  const namesake = namesakeOf(world, item)
  if (namesake === null || namesake.id === active.id) return null
  return { code: 'USERNAME_TAKEN', details: { conversationId: namesake.id } }
}

function versionConflict({ expectedVersion }: UpsertItem, { active }: Situation, { how, conversation }: Choice): ItemFailure | null {
  if (expectedVersion === null) return null
  const target = active ?? (how === 'adopts' ? conversation : null)
  const actual = target?.version ?? null
  if (expectedVersion === (actual ?? 'absent')) return null
  return { code: 'VERSION_CONFLICT', details: { expected: expectedVersion, actual } }
}

function channelMismatch({ channel }: UpsertItem, situation: Situation, choice: Choice): ItemFailure | null {
  if (channel === null) return null
  const current = currentChannel(situation, choice)
  const fixed = [situation.inbox?.channel, current === 'api' ? null : current]
  const expected = fixed.find((each) => each !== null && each !== undefined && each !== channel)
  return expected ? { code: 'INBOX_CHANNEL_MISMATCH', details: { expected, actual: channel } } : null
}

function currentChannel({ canonical }: Situation, { conversation }: Choice): Channel | null {
  return conversation?.channel ?? canonical?.channel ?? null
}

/** `'api'` stands for a channel that nobody has named yet. */
export function channelOf(item: UpsertItem, situation: Situation, choice: Choice): Channel {
  const current = currentChannel(situation, choice)
  return current !== null && current !== 'api' ? current : (item.channel ?? situation.inbox?.channel ?? 'api')
}
