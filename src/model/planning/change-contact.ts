import { ConversationStoreError } from '../errors.js'
import type { ContactPatch } from '../patches.js'
import type { ChangeStamp } from './change-conversation.js'
import { mayBeForgotten, rememberedOperation, withOperation } from './operations.js'
import type { ContactRow } from './rows.js'
import { sameValue } from './same-value.js'

/**
 * The contact with what a person typed, or the row itself when there is nothing to write. Throws
 * COMMIT_OUTCOME_UNKNOWN.
 */
export function changedContact(row: ContactRow, stamp: ChangeStamp, { name, metadata }: ContactPatch): ContactRow {
  const { operationId, now, serverNow } = stamp
  if (rememberedOperation(row, operationId)) return row
  if (mayBeForgotten(row, stamp)) throw new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId })
  const next: ContactRow = {
    ...row,
    ...(name === undefined ? {} : { name, nameSource: name === null ? null : 'person' }),
    ...(metadata === undefined ? {} : { metadata }),
  }
  if (sameValue(row, next)) return row
  return { ...next, updatedAt: now, ...withOperation(row, { id: operationId, outcome: 'updated', at: serverNow }) }
}
