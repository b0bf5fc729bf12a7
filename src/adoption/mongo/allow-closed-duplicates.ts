import { ConversationStoreError } from '../../model/errors.js'
import type { Adoption } from '../adoption.js'
import type { AllowClosedPlan, AllowClosedVerified } from '../allow-closed-types.js'

type Steps = Omit<Adoption<AllowClosedPlan, AllowClosedVerified, AllowClosedVerified, AllowClosedVerified>, 'run'>

/** A collection has no nullable columns: what a document does not have is not in its indexes. */
export function allowClosedDuplicates(): Steps {
  const refuse = async () => {
    throw new ConversationStoreError('UNSUPPORTED', {
      operation: 'to let closed conversations repeat over a column for each channel',
      needs: 'PostgreSQL. On MongoDB swapUniqueIndex does it, once for each field of a connection',
    })
  }
  return { plan: refuse, apply: refuse, verify: refuse, revert: refuse }
}
