import type { UpsertConversations } from '../store/adapter.js'
import type { RecentKeys } from '../store/recent-keys.js'
import { beginCall, type MongoCall } from './call.js'
import type { Limited } from './call-limits.js'
import type { Deployment } from './deployment.js'
import type { MongoSession } from './driver.js'
import type { HeadMemory } from './known-heads.js'
import type { LeaseSessions } from './lease-sessions.js'
import type { Collections } from './schema/collections.js'
import type { Sessions } from './sessions.js'
import type { CallQueue } from './upsert/call-queue.js'
import type { WrittenCall } from './upsert/written-call.js'

/** What the calls of one adapter share. */
export interface AdapterContext extends HeadMemory {
  readonly collections: Collections
  /**
   * The transaction that the operation is part of: the host's own, or one that the adapter started. Null outside one.
   */
  readonly session: MongoSession | null
  readonly deployment: () => Promise<Deployment>
  readonly sessions: Sessions
  readonly leaseSessions: LeaseSessions
  /**
   * Null where a call must not wait for another: in the host's transaction, and for a batch that has left the queue.
   */
  readonly queue: CallQueue<UpsertConversations, WrittenCall> | null
  /** The inboxes that were looked for and not found, each by the composite key of its account and its `oaId`. */
  readonly unconnected: RecentKeys
}

/** What an operation works with in one call. Its collections are those of the call. */
export interface MongoContext extends AdapterContext {
  readonly call: MongoCall
}

/** Begins a call, which has to end with `call.end()`. */
export function contextOfCall(adapter: AdapterContext, limited: Limited): MongoContext {
  const call = beginCall(adapter.collections, limited)
  return { ...adapter, collections: call.collections, deployment: () => call.wait(adapter.deployment()), call }
}

/** The option that makes a command part of the context's transaction. */
export function inSession({ session }: MongoContext): { readonly session?: MongoSession } {
  return session === null ? {} : { session }
}
