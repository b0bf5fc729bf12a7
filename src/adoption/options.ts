import type { MongoDb } from '../mongo/driver.js'
import type { PostgresDriver } from '../postgres/drivers.js'
import type { AdoptionLogger } from './adoption-logger.js'

/** The host's own database: a `Db` of `mongodb`, or for PostgreSQL a `pg` Pool or Client, or a PGlite. */
export type AdoptionDatabase = MongoDb | PostgresDriver

/** What every helper takes. */
export interface AdoptionOptions {
  readonly db: AdoptionDatabase
  /** The host's conversations. Default: `conversations`, with the fields that `ConversationsTable` names. */
  readonly conversations?: ConversationsTable
  /** Whether `run` applies what it planned. Default false. */
  readonly apply?: boolean
  /**
   * Where each conversation that is changed, and each that needs somebody, is told. Default: nowhere. Without a logger
   * the ids of changed rows do not leave the database.
   */
  readonly logger?: AdoptionLogger
  /** Ends the work with ABORTED after the batch at work. What was done stays. */
  readonly signal?: AbortSignal
  /** Who works, in words for whoever is told that somebody does. Default: the host's name and the process. */
  readonly holder?: string
  /** How long to wait while another process does the same, in milliseconds. Default 60,000. */
  readonly lockWaitMs?: number
  /** For how long a process that is gone holds the others up, in milliseconds. Default 30,000. */
  readonly leaseTtlMs?: number
  /**
   * Called after each batch or group, and from time to time while the server builds an index. What it throws ends the
   * run, as an abort does, in a build once that is over.
   */
  readonly onProgress?: (progress: AdoptionProgress) => void | Promise<void>
  /** For tests: what is exported here paces the batches. */
  readonly pace?: BatchPace
}

/** How large the batches are. Each is made larger or smaller, so that it takes about `targetMs`. */
export interface BatchPace {
  /** Rows of the first batch. Default 1,000. */
  readonly first?: number
  /** Default 50. */
  readonly least?: number
  /** Default 10,000, on MongoDB 1,000, so that writers beside a batch wait less for the journal. */
  readonly most?: number
  /**
   * How long a batch should take, in milliseconds: on PostgreSQL a live writer may wait so long for a row of it.
   * Default 100, on MongoDB 500.
   */
  readonly targetMs?: number
}

/** How far some work is. */
export interface AdoptionProgress {
  readonly name: string
  /**
   * Rows that were gone over by this pass, in all its runs; groups of doubles that this run is done with; or what the
   * server counts in the phase of a build, such as blocks or documents.
   */
  readonly done: number
  /** About how many there are. Null if nobody counted them. */
  readonly total: number | null
  /** How long it takes until the end, if it goes on like this. Null while that is not known. */
  readonly remainingMs: number | null
}

/**
 * The host's conversations, by the names that they have there. Names are taken as they are: on PostgreSQL `PageId` is
 * another column than `pageid`.
 */
export interface ConversationsTable {
  /** The collection or table. Default `conversations`. */
  readonly name?: string
  /** The schema, on PostgreSQL. Default `public`. */
  readonly schema?: string
  /** The field by which messages name their conversation. Default: the primary key, on MongoDB `_id`. */
  readonly id?: string
  /** Default `accountId` on MongoDB, `account_id` on PostgreSQL. */
  readonly accountId?: string
  /** Default `oa_id`. */
  readonly oaId?: string
  /** Default `customer_id`. */
  readonly customerId?: string
  /**
   * The name of the customer, which a merge takes from a double if the conversation that is kept has none. Default in a
   * merge: `sender_name`, where there is such a field.
   */
  readonly customerName?: string
  /** The field that says whether a conversation is active. Without it every conversation counts as active. */
  readonly status?: string
  /** The values of `status` that are active. Default `open` and `snoozed`. */
  readonly active?: readonly string[]
  /** The time of the latest activity. Without it the order of the ids stands for that of time. */
  readonly activityAt?: string
}

/** The host's integrations, by the names that they have there. Each gives one `oaId` to one account. */
export interface IntegrationsTable {
  /** Where they are, if that is another database than the conversations'. */
  readonly db?: AdoptionDatabase
  /** The collection or table. Default `integrations`. */
  readonly name?: string
  /** The schema, on PostgreSQL. Default that of the conversations. */
  readonly schema?: string
  /** Default `accountId` on MongoDB, `account_id` on PostgreSQL. */
  readonly accountId?: string
  /** Default `oa_id`. */
  readonly oaId?: string
}
