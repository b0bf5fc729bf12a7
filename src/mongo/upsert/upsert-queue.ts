import { compositeKey } from '../../model/composite-key.js'
import type { UpsertConversations, UpsertItem, UpsertResult } from '../../store/adapter.js'
import type { AdapterContext, MongoContext } from '../context.js'
import { knownHead } from '../known-heads.js'
import { type CallQueue, callQueue } from './call-queue.js'
import { markLeft } from './mark-left.js'
import { writtenCall } from './plan-calls.js'
import { writeBatch } from './write-batch.js'
import { writeCalls } from './write-calls.js'
import type { WrittenCall } from './written-call.js'

/**
 * The queue of one adapter. `context` has no queue itself, because a batch that has left the queue must not wait again.
 */
export function upsertQueue(context: AdapterContext, coalesce: boolean): CallQueue<UpsertConversations, WrittenCall> {
  return callQueue((batch) => writeBatch(context, batch), coalesce ? { lanes, groupOf } : null)
}

/** A second batch can pass one that takes long. With more lanes the batches get smaller, and nothing gets faster. */
const lanes = 2

/**
 * What the calls of a shared transaction have in common is the account: no transaction holds two. A call without events
 * is mostly a single command. A call that is sent again looks for more than the others, and one that matches a username
 * may join two customers. So these share none.
 */
function groupOf({ accountId, firstSentAt, items }: UpsertConversations): string | null {
  const mayShare = firstSentAt === null && items.every(({ usernameKey, events }) => usernameKey === null && events.length > 0)
  return mayShare ? accountId : null
}

/**
 * Writes a call once the conversations that it names are free, and then marks what its watermarks have left to mark. In
 * the host's transaction it writes at once, because that cannot wait.
 */
export async function queueCall(context: MongoContext, input: UpsertConversations): Promise<readonly UpsertResult[]> {
  const { results, leftUnder } = await writeInTurn(context, input)
  const marking = markLeft(context, input.accountId, leftUnder)
  // The call is committed, and the contact inbox tells what is left. So an error here does not fail the call: the next
  // write that changes how these messages were delivered marks them, or meets the same error.
  await (context.session === null ? marking.catch(() => undefined) : marking)
  return results
}

async function writeInTurn(context: MongoContext, input: UpsertConversations): Promise<WrittenCall> {
  const { accountId, items } = input
  if (context.queue !== null) {
    const keys = items.map((item) => compositeKey(accountId, item.oaId, knownHead(context, accountId, item)?.customerId ?? item.customerId))
    return context.queue.submit(keys, weightOf(items), input, context.call)
  }
  const [outcome] = await writeCalls(context, [input])
  return writtenCall(outcome)
}

/**
 * The size of a call that limits a batch: its items, its events, and the length of their texts in units of 4,096
 * characters.
 */
function weightOf(items: readonly UpsertItem[]): number {
  const events = items.flatMap((item) => item.events)
  return events.reduce((sum, event) => sum + 1 + ('text' in event && event.text !== null ? event.text.length / 4096 : 0), items.length)
}
