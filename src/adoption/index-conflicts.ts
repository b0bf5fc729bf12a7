import { ConversationStoreError, isConversationStoreError } from '../model/errors.js'

/**
 * Says on which way an index was in the way. What a migration would be told, to replace the index, is no advice for a
 * host's own tables.
 */
export async function conflictsDuring<T>(during: 'apply' | 'revert', work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isConversationStoreError(error, 'INDEX_CONFLICT')) throw error
    throw new ConversationStoreError('INDEX_CONFLICT', { ...error.details, during }, { cause: error.cause })
  }
}
