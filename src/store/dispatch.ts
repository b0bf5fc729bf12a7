import { requireNotAborted } from '../model/abort.js'
import { ConversationStoreError } from '../model/errors.js'
import type { Bounded, ConversationOperations } from './adapter.js'
import { followed } from './deadline.js'
import { type RetryPolicy, withRetries } from './retry.js'

/** How a store's calls reach the adapter: with retries, or sent once in the host's own transaction. */
export interface Dispatch {
  /** Throws STORE_CLOSED once the store is closed. */
  assertOpen(): void
  read<T>(signal: AbortSignal | null, send: (operations: ConversationOperations, bounds: ReadBounds) => Promise<T>): Promise<T>
  write<T>(
    operationId: string,
    send: (operations: ConversationOperations, firstSentAt: number | null, bounds: Bounded) => Promise<T>,
    /** How long this write may take, if that is less than the store allows. The host's own transaction has no bound. */
    withinMs?: number,
  ): Promise<T>
}

/** What a read takes along to the adapter. */
interface ReadBounds extends Bounded {
  readonly signal: AbortSignal | null
}

export interface Lifecycle {
  readonly closed: boolean
}

export function retryingDispatch(operations: ConversationOperations, policy: RetryPolicy, lifecycle: Lifecycle): Dispatch {
  return {
    assertOpen: () => assertOpen(lifecycle),
    async read(given, send) {
      const { signal, end } = followed(given)
      try {
        return await withRetries(policy, { operationId: null, signal }, async (_firstSentAt, bounds) => {
          assertOpen(lifecycle)
          return send(operations, { signal, ...bounds })
        })
      } finally {
        end()
      }
    },
    async write(operationId, send, withinMs) {
      const bounded = withinMs === undefined ? policy : { ...policy, deadlineMs: Math.min(policy.deadlineMs, withinMs) }
      // Only the first attempt checks this. When a reply was lost, the write may have been applied, so it is sent again
      // until that is known.
      assertOpen(lifecycle)
      return withRetries(bounded, { operationId, signal: null }, async (firstSentAt, bounds) => send(operations, firstSentAt, bounds))
    },
  }
}

/**
 * Calls in the host's transaction. Only the host can start it again, so every error goes to the host unchanged, and no
 * deadline ends a call there.
 */
export function transactionDispatch(operations: ConversationOperations, lifecycle: Lifecycle): Dispatch {
  return {
    assertOpen: () => assertOpen(lifecycle),
    async read(signal, send) {
      requireNotAborted(signal)
      return send(operations, { signal })
    },
    async write(_operationId, send) {
      assertOpen(lifecycle)
      return send(operations, null, {})
    },
  }
}

function assertOpen(lifecycle: Lifecycle): void {
  if (lifecycle.closed) throw new ConversationStoreError('STORE_CLOSED', {})
}
