import { grouped } from './grouped.js'
import { headsOf } from './heads.js'
import { itemsOf } from './items.js'
import type { AccountRows, World } from './world.js'

/** How many of the messages and events of one person, named by a contact inbox, may have been folded into others. */
export interface Folds {
  /** Copies of one message that came under several ids before these were linked. The event of a copy goes with it. */
  copies(contactInboxId: string): number
  /** Copies, and messages that a `message_sent` has shown to be one. */
  messages(contactInboxId: string): number
}

export function foldsIn({ accountId, contactInboxes }: AccountRows, { operations }: Pick<World, 'operations'>): Folds {
  const heads = headsOf({ contactInboxes })
  const ofCustomer = grouped(
    operations.filter((operation) => operation.accountId === accountId).flatMap(itemsOf),
    ({ input }) => `${input.oaId} ${input.customerId}`,
  )
  const ofPerson = grouped(contactInboxes, ({ id }) => heads.get(id) ?? id)
  const eventsOf = ({ oa_id, customer_id }: (typeof contactInboxes)[number]) =>
    (ofCustomer.get(`${oa_id} ${customer_id}`) ?? []).flatMap(({ events }) => events)
  const count = (id: string) => {
    const idsOfPerson = (ofPerson.get(heads.get(id) ?? id) ?? []).map(eventsOf)
    const named = idsOfPerson.flatMap((events) => [
      ...new Set(events.flatMap((event) => ('messageId' in event ? (event.messageId ?? []) : []))),
    ])
    return { copies: named.length - new Set(named).size, links: idsOfPerson.flat().filter(({ type }) => type === 'message_sent').length }
  }
  return {
    copies: (id) => count(id).copies,
    messages: (id) => count(id).copies + count(id).links,
  }
}
