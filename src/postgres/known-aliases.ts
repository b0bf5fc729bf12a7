import { compositeKey } from '../model/composite-key.js'
import type { Conversation } from '../model/records.js'
import type { CustomerTarget } from '../store/adapter.js'

/**
 * The customers whose last write went to the conversation of another id. It is a hint that chooses between two
 * statements, each of which is right for every customer: the one for aliases looks for the head first, which would cost
 * all other customers a tenth of a patch.
 */
export interface KnownAliases {
  has(accountId: string, customer: CustomerTarget): boolean
  note(accountId: string, customer: CustomerTarget, written: Conversation | null): void
}

const most = 10_000

export function createKnownAliases(): KnownAliases {
  const keys = new Set<string>()
  const keyOf = (accountId: string, { oaId, customerId }: CustomerTarget) => compositeKey(accountId, oaId, customerId)
  return {
    has: (accountId, customer) => keys.size > 0 && keys.has(keyOf(accountId, customer)),
    note(accountId, customer, written) {
      if (written === null || written.customerId === customer.customerId) return
      keys.add(keyOf(accountId, customer))
      const [oldest] = keys
      if (keys.size > most && oldest !== undefined) keys.delete(oldest)
    },
  }
}
