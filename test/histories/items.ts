import type { EventInput } from '../../src/model/event-inputs.js'
import type { UpsertConversationInput } from '../../src/store/inputs.js'
import type { BulkItemResult, EventResult } from '../../src/store/results.js'
import type { Operation, Told } from './history.js'

/** One item of a call that upserts: a customer with events. */
export interface Item {
  readonly operation: Operation
  readonly index: number
  readonly input: Told<UpsertConversationInput>
  readonly events: readonly Told<EventInput>[]
  readonly outcome: 'ok' | 'failed' | 'unknown'
  /** What became of each event. Empty unless the item is `ok`. */
  readonly results: readonly EventResult[]
}

/** The items of a call that upserts, and none of another call. */
export function itemsOf(operation: Operation): readonly Item[] {
  if (operation.method === 'upsertConversation') return [item(operation, 0, operation.input, operation.outcome, [])]
  if (operation.method === 'upsertConversationWithEvents') {
    return [item(operation, 0, operation.input, operation.outcome, operation.outcome === 'ok' ? operation.result.events : [])]
  }
  if (operation.method !== 'bulkUpsertConversationsWithEvents') return []
  return operation.input.conversations.map((input, index) => {
    if (operation.outcome !== 'ok') return item(operation, index, input, operation.outcome, [])
    const result: Told<BulkItemResult> | undefined = operation.result[index]
    if (result === undefined) return item(operation, index, input, 'unknown', [])
    if (result.ok) return item(operation, index, input, 'ok', result.events)
    return item(operation, index, input, result.error.outcome === 'not_applied' ? 'failed' : 'unknown', [])
  })
}

function item(
  operation: Operation,
  index: number,
  input: Told<UpsertConversationInput> & { readonly events?: readonly Told<EventInput>[] },
  outcome: Item['outcome'],
  results: readonly EventResult[],
): Item {
  return { operation, index, input, events: input.events ?? [], outcome, results }
}
