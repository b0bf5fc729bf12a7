import type { CustomerItem } from './customer-runs.js'
import type { NormalizedItem } from './normalized-webhook.js'
import type { WebhookStore } from './webhook-store.js'

/** The items of a body by the account that has connected their inbox, and the inboxes that nobody has connected. */
export interface ItemsByAccount {
  readonly itemsOf: ReadonlyMap<string, readonly NormalizedItem[]>
  readonly unknownInboxes: readonly string[]
}

/** Asks once for the owner of each inbox that the items name. */
export async function itemsByAccount(store: WebhookStore, channel: string, items: readonly NormalizedItem[]): Promise<ItemsByAccount> {
  const owners = new Map<string, string | null>()
  const ownerOf = async (of: string, oaId: string): Promise<string | null> => {
    const key = JSON.stringify([of, oaId])
    const known = owners.get(key)
    if (known !== undefined) return known
    const accountId = (await store.findInboxOwner({ channel: of, oaId }))?.accountId ?? null
    owners.set(key, accountId)
    return accountId
  }
  const itemsOf = new Map<string, NormalizedItem[]>()
  const unknownInboxes = new Set<string>()
  const add = (accountId: string, item: NormalizedItem) => {
    const known = itemsOf.get(accountId)
    if (known) known.push(item)
    else itemsOf.set(accountId, [item])
  }
  for (const { otherwise, ...item } of items) {
    const itsChannel = item.channel ?? channel
    const accountId = await ownerOf(itsChannel, item.oaId)
    if (accountId !== null) {
      add(accountId, item)
      continue
    }
    const other = otherwise === undefined ? null : await ownerOf(itsChannel, otherwise.oaId)
    if (other === null) unknownInboxes.add(item.oaId)
    else add(other, { ...item, ...otherwise })
  }
  return { itemsOf, unknownInboxes: [...unknownInboxes] }
}

export function hasCustomer(item: NormalizedItem): item is CustomerItem {
  return item.customerId !== null
}
