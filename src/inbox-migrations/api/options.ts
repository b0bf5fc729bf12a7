import type { MigrationLogger } from '../migration-logger.js'
import type { InboxMigrationsConfig, MigratingAccount } from '../options.js'

/** Answers a request about the migrations of an inbox. It never rejects. */
export type InboxMigrationApi = (request: Request) => Promise<Response>

type Awaitable<T> = T | Promise<T>

/** Who sends a request, as the host's session or token says it. */
export interface InboxMigrationCaller {
  /** Whose inboxes the caller may ask about. The address must name the same account. */
  readonly accountId: string
  /** Who it is, in the host's words. It stands in the migration that they start, and in each event of the audit. */
  readonly userId: string
  /** Everybody else is answered with 403. */
  readonly isAdministrator: boolean
}

/** The part of a store that the API needs. */
export interface InboxMigrationStore {
  forAccount(accountId: string): MigratingAccount
}

/** What `createInboxMigrationApi` needs to know. */
export interface InboxMigrationApiOptions extends InboxMigrationsConfig {
  /** The host's store, or a function that gives an account's, such as its tenant's. Null: the account has none. */
  readonly store: InboxMigrationStore | ((accountId: string) => Awaitable<InboxMigrationStore | null>)
  /**
   * Says who asks. Null: nobody who may ask, which is answered with 401. A Response is given as the answer. It is
   * called before the body is read, and must not read it. Where the session is in a cookie, it must also refuse what
   * another site sends.
   */
  readonly authorize: (request: Request) => Awaitable<InboxMigrationCaller | Response | null>
  /** How large a body may be, in bytes. A larger one is answered with 413. Default: 16 KiB. */
  readonly maxBodyBytes?: number
  /** Where failures on the host's side are told. Default: the console. */
  readonly logger?: MigrationLogger
}
