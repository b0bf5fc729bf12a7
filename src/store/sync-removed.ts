import { ConversationStoreError } from '../model/errors.js'

/** The error of a call of the sync in a store whose tables of the sync were dropped on purpose. */
export function syncRemoved(cause?: unknown): ConversationStoreError<'UNSUPPORTED'> {
  return new ConversationStoreError(
    'UNSUPPORTED',
    {
      operation: 'the sync',
      needs: 'its tables, which `conversation-store sync remove` dropped; `conversation-store sync restore` makes them again',
    },
    { cause },
  )
}
