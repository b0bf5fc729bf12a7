import { ConversationStoreError } from '../model/errors.js'
import type { LeaseName } from './lease-port.js'

/** How an error names a lease. */
export function keyOf({ kind, key }: LeaseName): string {
  return `${kind} ${key}`
}

/** The error of what stood under a lease that is another token's by now, or nobody's. */
export function leaseLost(lease: LeaseName): ConversationStoreError<'LEASE_LOST'> {
  return new ConversationStoreError('LEASE_LOST', { key: keyOf(lease), reason: 'taken over' })
}
