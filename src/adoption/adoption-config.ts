import type { ImportOptions } from './import-types.js'
import type { LockingTables } from './locking-types.js'
import type { ConversationCounters, MessagesTable } from './merge-types.js'
import type { ConversationsTable, IntegrationsTable } from './options.js'

/** What the command `adopt` works on: the host's tables or collections, by the names that they have there. */
export interface AdoptionConfig {
  readonly conversations?: ConversationsTable
  /** `database` names the database of the integrations, on MongoDB, where that is another one. */
  readonly integrations?: Omit<IntegrationsTable, 'db'> & { readonly database?: string }
  /** Null if the host keeps no messages. */
  readonly messages?: MessagesTable | null
  readonly counters?: ConversationCounters
  /** The columns of the connections, for `adopt allow-closed`. */
  readonly connections?: readonly string[]
  /** The column that the trigger of `adopt allow-closed --enforce=key-column` sets. */
  readonly keyColumn?: string
  /** The tables of the locking, which have names of their own. */
  readonly locking?: LockingTables
  /** What is imported into the store. What is left out of its conversations is taken from `conversations` above. */
  readonly import?: Pick<ImportOptions, 'conversations' | 'messages' | 'inboxes' | 'account' | 'sample'> & {
    /** The database of the conversations, on MongoDB, where that is another one than the store's. */
    readonly database?: string
  }
}
