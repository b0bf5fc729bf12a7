import type { AccountConversations } from '../../../src/store/account-conversations.js'
import type { ConversationStore } from '../../../src/store/create-conversation-store.js'

/** The store as a worker sees it that works on one account alone, in batches of so many contact inboxes. */
export function oneAccount(
  store: ConversationStore,
  accountId: string,
  people: number,
): Pick<ConversationStore, 'forAccount' | 'forOperator'> {
  const findInboxMigrationAccounts = async () => [accountId]
  const account = store.forAccount(accountId)
  const moveInboxBatch: AccountConversations['moveInboxBatch'] = (input, options) => account.moveInboxBatch({ ...input, people }, options)
  return {
    forOperator: () => ({ ...store.forOperator(), findInboxMigrationAccounts }),
    forAccount: () => ({ ...account, moveInboxBatch }),
  }
}
