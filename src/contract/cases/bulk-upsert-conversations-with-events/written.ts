import assert from 'node:assert/strict'
import type { BulkItemResult, ConversationEventsResult } from '../../../store/results.js'

/** What an item of a bulk call that did not fail has to say. */
export function written(result: BulkItemResult | undefined): ConversationEventsResult {
  assert.ok(result?.ok, 'the item failed')
  return result
}
