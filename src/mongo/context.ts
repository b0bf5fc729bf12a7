import type { UpsertConversations, UpsertResult } from '../store/adapter.js'
import type { Deployment } from './deployment.js'
import type { MongoSession } from './driver.js'
import type { RecentKeys } from './recent-keys.js'
import type { Collections } from './schema/collections.js'
import type { CallQueue } from './upsert/call-queue.js'

/** What an operation works with. */
export interface MongoContext {
  readonly collections: Collections
  /** The transaction that the operation is part of: the host's own, or ours. */
  readonly session: MongoSession | null
  readonly deployment: () => Promise<Deployment>
  readonly startSession: () => MongoSession
  /** Null where a call must not wait for another: in the host's transaction, and for a batch that has had its turn. */
  readonly queue: CallQueue<UpsertConversations, readonly UpsertResult[]> | null
  /** The inboxes that were looked for in vain, each by the composite key of its account and its `oaId`. */
  readonly unconnected: RecentKeys
}

/** The option that makes a command part of the context's transaction. */
export function inSession({ session }: MongoContext): { readonly session?: MongoSession } {
  return session === null ? {} : { session }
}

/** The options of a read. An aborted signal stops it where the driver knows how to. */
export function forRead(context: MongoContext, signal: AbortSignal | null): object {
  return { ...inSession(context), ...(signal === null ? {} : { signal }) }
}
