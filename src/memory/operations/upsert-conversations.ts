import { ConversationStoreError } from '../../model/errors.js'
import { followRedirects, withRedirect } from '../../model/planning/follow-redirects.js'
import { withKnownForms } from '../../model/planning/match-forms.js'
import { planItem } from '../../model/planning/plan-item.js'
import type { UpsertConversations, UpsertResult } from '../../store/adapter.js'
import { boundWaiting } from '../bound-waiting.js'
import type { MemoryDatabase } from '../database.js'
import { stampOf } from '../write-stamp.js'

/**
 * Writes items in order. When `atomic`, either all of them are written or none. Otherwise each succeeds or fails by
 * itself.
 */
export function upsertConversations(database: MemoryDatabase, input: UpsertConversations): readonly UpsertResult[] {
  const { accountId, atomic } = input
  const account = database.account(accountId)
  // The items are copied, so that a host that changes its objects afterwards changes nothing that is stored.
  const items = structuredClone(input.items)
  return account.write(() => {
    const stamp = { accountId, ...stampOf(input) }
    return followRedirects(account.world, stamp, items).map((placed, index) => {
      const item = withKnownForms(account.world, placed)
      const result = planItem(account.world, stamp, item)
      if (atomic && !result.ok) throw new ConversationStoreError(result.failure.code, result.failure.details)
      boundWaiting(account, item, result)
      return withRedirect(result, items[index] ?? item, item)
    })
  })
}
