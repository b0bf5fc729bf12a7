import type { Backup } from './backup.js'
import type { AdoptionOptions } from './options.js'
import type { SwapOptions, SwapState } from './swap-types.js'

/**
 * How the database refuses a second active conversation: by a partial unique index, or by a nullable column that a
 * trigger sets while a conversation is active, with a plain unique index, which every ORM can declare.
 */
export type ClosedEnforcement = 'index' | 'key-column'

/**
 * `conversations` has other defaults here: `psid` for `customerId`, `status`, `OPEN` and `SNOOZED` for `active`,
 * `lastMessageAt` for `activityAt`. The account and the `oaId` are not needed: a connection is of one account.
 */
export interface AllowClosedOptions extends AdoptionOptions {
  /**
   * The columns of the connections, of which a conversation has one. Default: those of `pageConnectionId`,
   * `instagramConnectionId`, `telegramConnectionId` and `widgetConfigId` that the table has.
   */
  readonly connections?: readonly string[]
  /** Default `index`. */
  readonly enforce?: ClosedEnforcement
  /** The column that the trigger sets with `key-column`: true while the conversation is active. Default `activeKey`. */
  readonly keyColumn?: string
  /** The version of Prisma for which the change of `schema.prisma` is told. Default 7. */
  readonly prisma?: 6 | 7
  /**
   * How active doubles are merged, where an ORM has dropped the unique indexes and some came. Without it, `apply` ends
   * as soon as no further double can come, and is to be called again once they were merged.
   */
  readonly merge?: SwapOptions['merge']
}

/** What of the change stands for one column of a connection. */
export interface ConnectionState extends Pick<SwapState, 'state' | 'old' | 'doubles'> {
  /** The column. */
  readonly connection: string
  /** The unique index that forbids a second active conversation. */
  readonly index: string
  /** The other indexes, which are not there yet. */
  readonly missing: readonly string[]
  /** How the active conversation of a customer is looked up. */
  readonly lookup: Lookup
}

export interface Lookup {
  readonly query: string
  /** The index by which the server finds it, when it may not read the whole table. Null if there is none. */
  readonly index: string | null
}

export interface AllowClosedState {
  readonly enforce: ClosedEnforcement
  readonly connections: readonly ConnectionState[]
  /** With `key-column`, whether the trigger stands and sets what it should. Null with `index`, which needs none. */
  readonly trigger: boolean | null
  /**
   * With `key-column`, how many conversations have another key than their status says, so that a second active one may
   * come beside them. Null with `index`, and without the column.
   */
  readonly unkeyed: number | null
}

/** The change of a host's `schema.prisma`, without which its next `db push` or `migrate dev` undoes the change. */
export interface PrismaChange {
  readonly version: 6 | 7
  /** Lines of the model that go. */
  readonly remove: readonly string[]
  /** Lines of the model that come. */
  readonly add: readonly string[]
  /** What else has to be known, in sentences. */
  readonly notes: readonly string[]
  /** What Prisma does not declare, for the migration that it makes of a fresh database. Empty if there is nothing. */
  readonly sql: readonly string[]
}

export interface AllowClosedPlan extends AllowClosedState, Backup {
  readonly revertible: 'while no customer has several conversations'
  /** What `apply` would send, for people to read. */
  readonly statements: readonly string[]
  readonly prisma: PrismaChange
  readonly warnings: readonly string[]
}

export interface AllowClosedVerified extends AllowClosedState {
  /** Whether closed conversations may repeat, active ones may not, and each look-up uses an index. */
  readonly ok: boolean
  /** What is missing, in sentences. */
  readonly problems: readonly string[]
}
