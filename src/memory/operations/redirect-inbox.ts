import type { Inbox } from '../../model/inboxes.js'
import { compareBytes } from '../../model/planning/byte-order.js'
import { redirectedInbox } from '../../model/planning/change-inbox.js'
import { toInbox } from '../../model/planning/to-records.js'
import type { FindInboxRedirect, RedirectInbox } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { stampOf } from '../write-stamp.js'

/** Lets what comes to an inbox land in another one. Throws NOT_FOUND, REDIRECT_REFUSED. */
export function redirectInbox(database: MemoryDatabase, input: RedirectInbox): Inbox {
  const { accountId, oaId, to } = input
  const account = database.account(accountId)
  return account.write(() => {
    const { inboxes } = account.people
    const row = inboxes.get(oaId) ?? null
    const leading = [...inboxes.values()].filter(({ redirectedTo }) => redirectedTo === oaId).map((inbox) => inbox.oaId)
    const destination = to === null ? null : (inboxes.get(to) ?? null)
    const [leadsHere = null] = leading.sort(compareBytes)
    const next = redirectedInbox(row, stampOf(input), { oaId, to, destination, leadsHere })
    if (next !== row) account.people.putInbox(next)
    return toInbox(next)
  })
}

/** Where the inbox sends what comes for a customer whom it does not know. */
export function findInboxRedirect(database: MemoryDatabase, { accountId, oaId, customerId }: FindInboxRedirect): string | null {
  const { people } = database.account(accountId)
  if (customerId !== null && people.contactInbox(oaId, customerId) !== null) return null
  return people.inboxes.get(oaId)?.redirectedTo ?? null
}
