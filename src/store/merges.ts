import { mergeConversationsInput, unmergeConversationsInput } from '../model/validation/conversation-schemas.js'
import { type AccountContext, sendWrite } from './account-context.js'
import type { AccountConversations } from './account-conversations.js'
import { conversationTarget } from './stamping/stamp-item.js'

export function accountMerges(context: AccountContext): Pick<AccountConversations, 'mergeConversations' | 'unmergeConversations'> {
  return {
    async mergeConversations(given) {
      const { keep, lose, expectedVersions = {} } = context.parse(mergeConversationsInput, given)
      const merge = {
        keep: conversationTarget(keep),
        lose: conversationTarget(lose),
        expectedVersions: { keep: expectedVersions.keep ?? null, lose: expectedVersions.lose ?? null },
      }
      return sendWrite(context, (operations, stamp) => operations.mergeConversations({ ...stamp, ...merge }))
    },

    async unmergeConversations(given) {
      const { mergeId } = context.parse(unmergeConversationsInput, given)
      return sendWrite(context, (operations, stamp) => operations.unmergeConversations({ ...stamp, mergeId }))
    },
  }
}
