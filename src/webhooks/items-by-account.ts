import type { CustomerItem } from './customer-runs.js'
import type { NormalizedItem } from './normalized-webhook.js'

/** An inbox as a webhook names it. */
export interface NamedInbox {
  readonly channel: string
  readonly oaId: string
}

/** Says which account has an inbox. Null: none has it. */
export type OwnerOf = (inbox: NamedInbox) => string | null | Promise<string | null>

/** The items of a body by the account that has connected their inbox, and the inboxes that nobody has connected. */
export interface ItemsByAccount {
  readonly itemsOf: ReadonlyMap<string, readonly NormalizedItem[]>
  readonly unknownInboxes: readonly NamedInbox[]
}

/** Asks once for the owner of each inbox that the items name. */
export async function itemsByAccount(ownerOf: OwnerOf, channel: string, items: readonly NormalizedItem[]): Promise<ItemsByAccount> {
  const owners = new Map<string, string | null>()
  const knownOwnerOf = async (inbox: NamedInbox): Promise<string | null> => {
    const key = keyOf(inbox)
    const known = owners.get(key)
    if (known !== undefined) return known
    const accountId = await ownerOf(inbox)
    owners.set(key, accountId)
    return accountId
  }
  const itemsOf = new Map<string, NormalizedItem[]>()
  const unknownInboxes = new Map<string, NamedInbox>()
  const add = (accountId: string, item: NormalizedItem) => {
    const known = itemsOf.get(accountId)
    if (known) known.push(item)
    else itemsOf.set(accountId, [item])
  }
  for (const item of items) {
    const { otherwise } = item
    const inbox = { channel: item.channel ?? channel, oaId: item.oaId }
    const accountId = await knownOwnerOf(inbox)
    if (accountId !== null) {
      add(accountId, item)
      continue
    }
    const other = otherwise === undefined ? null : await knownOwnerOf({ channel: inbox.channel, oaId: otherwise.oaId })
    if (other === null) unknownInboxes.set(keyOf(inbox), inbox)
    else add(other, { ...item, ...otherwise })
  }
  return { itemsOf, unknownInboxes: [...unknownInboxes.values()] }
}

function keyOf({ channel, oaId }: NamedInbox): string {
  return JSON.stringify([channel, oaId])
}

export function hasCustomer(item: NormalizedItem): item is CustomerItem {
  return item.customerId !== null
}
