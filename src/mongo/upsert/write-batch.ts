import { isConversationStoreError } from '../../model/errors.js'
import type { UpsertConversations } from '../../store/adapter.js'
import type { MongoCall } from '../call.js'
import { type AdapterContext, contextOfCall } from '../context.js'
import { CommitOutcomeLost, translateError } from '../translate-error.js'
import type { QueuedCall } from './call-queue.js'
import { writtenCall } from './plan-calls.js'
import { writeCalls } from './write-calls.js'
import { writeItemwise } from './write-itemwise.js'
import type { WrittenCall } from './written-call.js'

type Call = QueuedCall<UpsertConversations, WrittenCall>

/**
 * Writes the calls of one batch, and settles each of them. Without transactions the calls are written one after
 * another. Calls for several conversations are tried together once: if another writer of one of them was faster, each
 * conversation's calls go by themselves, so that a busy conversation holds up no other.
 */
export async function writeBatch(adapter: AdapterContext, batch: readonly Call[]): Promise<void> {
  // The batch has the time of its most patient call. The core answers the others when their own time is up.
  const deadlines = batch.map(({ input }) => input.deadline ?? Number.POSITIVE_INFINITY)
  const deadline = Math.max(...deadlines)
  const context = contextOfCall(adapter, Number.isFinite(deadline) ? { deadline } : {})
  const { call: ofBatch } = context
  const parts = byConversation(batch)
  try {
    const { transactions } = await context.deployment()
    if (!transactions) {
      for (const call of batch) await writeAlone(adapter, call)
      return
    }
    const inputs = batch.map(({ input }) => input)
    const outcomes = await writeCalls(context, inputs, parts.length > 1 ? 1 : undefined)
    for (const [index, call] of batch.entries()) settle(call, () => writtenCall(outcomes[index]))
  } catch (error) {
    const isOfOne = parts.length > 1 && isConversationStoreError(error, 'CONTENTION')
    if (batch.length === 1 || (concernsAll(error) && !isOfOne)) {
      for (const call of batch) reject(ofBatch, call, error)
      return
    }
    if (parts.length > 1) return void (await Promise.all(parts.map((part) => writeBatch(adapter, part))))
    // The error may come from the content of one call, and must not fail the others, so each is written by itself.
    for (const call of batch) await writeBatch(adapter, [call])
  } finally {
    ofBatch.end()
  }
}

/** The calls of each conversation. A call with several of them is alone in its batch. */
function byConversation(batch: readonly Call[]): readonly (readonly Call[])[] {
  const parts = new Map<string | undefined, Call[]>()
  for (const call of batch) {
    const [key] = call.keys
    const part = parts.get(key)
    if (part) part.push(call)
    else parts.set(key, [call])
  }
  return [...parts.values()]
}

/** Writes a call without a transaction. What it has written when an error comes is its own and not the batch's. */
async function writeAlone(adapter: AdapterContext, call: Call): Promise<void> {
  const context = contextOfCall(adapter, { deadline: call.input.deadline })
  try {
    call.resolve({ results: await writeItemwise(context, call.input), leftUnder: [] })
  } catch (error) {
    reject(context.call, call, error)
  } finally {
    context.call.end()
  }
}

function reject({ notes, isOver }: MongoCall, call: Call, error: unknown): void {
  call.reject(translateError(error, { operationId: call.input.operationId, written: notes.written, isLate: isOver() }))
}

function settle(call: Call, written: () => WrittenCall): void {
  try {
    call.resolve(written())
  } catch (error) {
    call.reject(error)
  }
}

/** Whether each of the calls would meet the same error by itself. */
function concernsAll(error: unknown): boolean {
  return (
    error instanceof CommitOutcomeLost || isConversationStoreError(error, 'CONTENTION') || isConversationStoreError(error, 'UNAVAILABLE')
  )
}
