import { usernameBlindChannels } from '../channels.js'
import type { UpsertItem } from '../upsert-item.js'
import type { World } from './world.js'

/** The item, which claims no username on a channel whose usernames say nothing. Any other one is the same object. */
export function withoutVainUsername(world: World, item: UpsertItem): UpsertItem {
  if (item.usernameKey === null) return item
  const { oaId, customerId } = item
  const channel = item.channel ?? world.inbox(oaId)?.channel ?? world.contactInbox(oaId, customerId)?.channel
  return channel !== undefined && usernameBlindChannels.includes(channel) ? { ...item, usernameKey: null } : item
}
