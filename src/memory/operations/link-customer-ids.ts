import { planLink } from '../../model/planning/plan-link.js'
import type { LinkCustomerIds, LinkResult } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { stampOf } from '../write-stamp.js'

/** Makes ids of an inbox one person's, or tells why they can't be. */
export function linkCustomerIds(database: MemoryDatabase, input: LinkCustomerIds): LinkResult {
  const { accountId } = input
  const account = database.account(accountId)
  return account.write(() => planLink(account.world, { accountId, ...stampOf(input) }, structuredClone(input)))
}
