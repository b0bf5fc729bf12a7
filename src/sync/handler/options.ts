import type { SyncBudget, SyncOptions, SyncRun } from '../engine/options.js'
import type { SyncAccount } from '../engine/sync-account.js'
import type { AskedSource, SourceOf } from '../source-of.js'
import type { SyncLogger } from '../sync-logger.js'

/** Answers a request to pull the history of an inbox. It never rejects. */
export type SyncHandler = (request: Request) => Promise<Response>

type Awaitable<T> = T | Promise<T>

/** The part of a store that the sync needs. */
export interface SyncStore {
  forAccount(accountId: string): SyncAccount
}

/** What `createSyncHandler` needs to know. */
export interface SyncHandlerOptions extends Pick<SyncOptions, 'owner' | 'incremental' | 'liveSince' | 'opens' | 'lockTtlMs'> {
  /** The host's store, or a function that gives an account's, such as its tenant's. Null: the account has none. */
  readonly store: SyncStore | ((accountId: string) => Awaitable<SyncStore | null>)
  /**
   * Says for which account a request asks, by its session or its token. Null: nobody who may ask, which is answered
   * with 401. A Response is given as the answer, such as a 403 for somebody who is known and may not. It is called
   * before the body is read, and must not read it.
   */
  readonly authorize: (request: Request) => Awaitable<string | Response | null>
  /** Gives the source of the inbox. Null: the account has no such inbox, which is answered with 404. */
  readonly source: SourceOf
  /**
   * After how much work the answer is given, with `hasMore` and the session to resume. The page that is being read then
   * is finished first if that takes no longer than 4 seconds; otherwise the next request reads it. Default: 25 seconds,
   * because many hosts end a request after 30; with `pages` alone too.
   */
  readonly budget?: SyncBudget
  /** How large a body may be, in bytes. A larger one is answered with 413. Default: 16 KiB. */
  readonly maxBodyBytes?: number
  /** Where refusals and failures are told. Default: the console. */
  readonly logger?: SyncLogger
  /** Called with what each request did, before it is answered. What it throws is logged, and changes no answer. */
  readonly onResult?: (run: SyncRun, asked: AskedSource) => Awaitable<void>
}
