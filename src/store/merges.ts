import { mergeConversationsInput, unmergeConversationsInput } from '../model/validation/conversation-schemas.js'
import { mergeContactsInput, unmergeContactsInput } from '../model/validation/people-schemas.js'
import { type AccountContext, sendWrite } from './account-context.js'
import type { AccountConversations } from './account-conversations.js'
import { contactTarget } from './finds.js'
import { conversationTarget } from './stamping/stamp-item.js'

type Merges = Pick<AccountConversations, 'mergeConversations' | 'unmergeConversations' | 'mergeContacts' | 'unmergeContacts'>

export function accountMerges(context: AccountContext): Merges {
  return {
    async mergeConversations(given) {
      const { keep, lose, expectedVersions = {}, link = false } = context.parse(mergeConversationsInput, given)
      const merge = {
        keep: conversationTarget(keep),
        lose: conversationTarget(lose),
        expectedVersions: { keep: expectedVersions.keep ?? null, lose: expectedVersions.lose ?? null },
        link,
      }
      return sendWrite(context, (operations, stamp) => operations.mergeConversations({ ...stamp, ...merge }))
    },

    async unmergeConversations(given) {
      const { mergeId } = context.parse(unmergeConversationsInput, given)
      return sendWrite(context, (operations, stamp) => operations.unmergeConversations({ ...stamp, mergeId }))
    },

    async mergeContacts(given) {
      const { keep, lose } = context.parse(mergeContactsInput, given)
      const merge = { keep: contactTarget(keep), lose: contactTarget(lose) }
      return sendWrite(context, (operations, stamp) => operations.mergeContacts({ ...stamp, ...merge }))
    },

    async unmergeContacts(given) {
      const { mergeId } = context.parse(unmergeContactsInput, given)
      return sendWrite(context, (operations, stamp) => operations.unmergeContacts({ ...stamp, mergeId }))
    },
  }
}
