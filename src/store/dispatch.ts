import { requireNotAborted } from '../model/abort.js'
import { ConversationStoreError } from '../model/errors.js'
import type { ConversationOperations } from './adapter.js'
import { type RetryPolicy, withRetries } from './retry.js'

/** How a store's calls reach the adapter: with retries, or sent once in the host's own transaction. */
export interface Dispatch {
  /** Throws STORE_CLOSED once the store is closed. */
  assertOpen(): void
  read<T>(signal: AbortSignal | null, send: (operations: ConversationOperations) => Promise<T>): Promise<T>
  write<T>(operationId: string, send: (operations: ConversationOperations, firstSentAt: number | null) => Promise<T>): Promise<T>
}

export interface Lifecycle {
  readonly closed: boolean
}

export function retryingDispatch(operations: ConversationOperations, policy: RetryPolicy, lifecycle: Lifecycle): Dispatch {
  return {
    assertOpen: () => assertOpen(lifecycle),
    read: (signal, send) =>
      withRetries(policy, { operationId: null, signal }, () => {
        assertOpen(lifecycle)
        return send(operations)
      }),
    async write(operationId, send) {
      // Only the first attempt checks this. When a reply was lost, the write may have been applied, so it is sent again
      // until that is known.
      assertOpen(lifecycle)
      return withRetries(policy, { operationId, signal: null }, (firstSentAt) => send(operations, firstSentAt))
    },
  }
}

/** Calls in the host's transaction. Only the host can start it again, so every error goes to the host unchanged. */
export function transactionDispatch(operations: ConversationOperations, lifecycle: Lifecycle): Dispatch {
  return {
    assertOpen: () => assertOpen(lifecycle),
    async read(signal, send) {
      requireNotAborted(signal)
      return send(operations)
    },
    async write(_operationId, send) {
      assertOpen(lifecycle)
      return send(operations, null)
    },
  }
}

function assertOpen(lifecycle: Lifecycle): void {
  if (lifecycle.closed) throw new ConversationStoreError('STORE_CLOSED', {})
}
