import { usernameBlindChannels } from '../channels.js'
import type { UpsertItem } from '../upsert-item.js'
import type { World } from './world.js'

/** The items, of which those on a channel whose usernames say nothing claim none. The others are the same objects. */
export function withoutVainUsernames(world: World, items: readonly UpsertItem[]): readonly UpsertItem[] {
  return items.map((item) => withoutVainUsername(world, item))
}

export function withoutVainUsername(world: World, item: UpsertItem): UpsertItem {
  if (item.usernameKey === null) return item
  const { oaId, customerId } = item
  const channel = item.channel ?? world.inbox(oaId)?.channel ?? world.contactInbox(oaId, customerId)?.channel
  return channel !== undefined && usernameBlindChannels.includes(channel) ? { ...item, usernameKey: null } : item
}
