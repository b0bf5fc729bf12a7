import assert from 'node:assert/strict'
import type { BulkItemResult, ConversationEventsResult } from '../../../store/results.js'

/** Returns the result of a bulk item that must not have failed. */
export function written(result: BulkItemResult | undefined): ConversationEventsResult {
  assert.ok(result?.ok, 'the item failed')
  return result
}
