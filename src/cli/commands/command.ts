import type { AdoptionDatabase } from '../../adoption/options.js'
import type { SyncTables } from '../../migrator/kernel/sync-tables.js'
import type { MigrationLogger } from '../../migrator/kernel/target.js'
import type { Migrator, Progress } from '../../migrator/migrator.js'
import type { ConversationStore } from '../../store/create-conversation-store.js'
import type { SchemaReport } from '../../store/schema-port.js'
import type { Flags } from '../options/command-flags.js'
import type { FlagName } from '../options/flags.js'
import type { StateWords } from '../output/databases.js'
import type { Settings } from '../settings.js'

/** Everything about one command. A new command is one file that holds such an object, and one line in commands.ts. */
export interface Command {
  /** Its name as it is typed, in one word or two. */
  readonly name: string
  /** Its line in the help. */
  readonly summary: string
  /** The words that follow its name, apart from flags. */
  readonly words: readonly { readonly name: string; readonly optional: boolean }[]
  readonly flags: readonly FlagName[]
  /** What its help says of flags that mean something else here than elsewhere. */
  readonly flagHelp?: Readonly<Partial<Record<FlagName, string>>>
  /** What its progress calls the states of the databases. Default `stateWords`. */
  readonly stateWords?: StateWords
  run(context: CommandContext): Promise<CommandResult>
}

/** What a command works with. */
export interface CommandContext {
  readonly migrator: Migrator
  /** Compares the store of a host without tenants with what this program needs. Null for a platform. */
  readonly checkSchema: (() => Promise<SchemaReport>) | null
  readonly flags: Flags
  readonly words: readonly string[]
  readonly settings: Settings
  readonly signal: AbortSignal
  readonly logger: MigrationLogger
  onProgress(progress: Progress): void
  /** Shows how far the command is, in place of what this showed before. */
  showProgress(line: string): void
  /**
   * Opens the store of a tenant, or for null that of the configured database. The command's runner closes it.
   */
  openStore(tenantId: string | null): Promise<ConversationStore>
  /** What the sync has in the database of the same store. */
  openSyncTables(tenantId: string | null): Promise<SyncTables>
  /** The database of the same store, in which the host has its own tables. */
  openHostDatabase(tenantId: string | null): Promise<HostDatabase>
  /**
   * Asks whether to go on with something that can't be undone. Throws VALIDATION_FAILED if nobody can be asked and
   * `--yes` was not given.
   */
  confirm(what: string): Promise<boolean>
  /** The same for something large: the word has to be typed. */
  confirmWord(what: string, word: string): Promise<boolean>
  /** The same for something that drops data: the name of the database has to be typed, or given with `--yes=<name>`. */
  confirmName(what: string, name: string): Promise<boolean>
}

/** The host's database, as the helpers of the adoption take it. */
export interface HostDatabase {
  readonly db: AdoptionDatabase
  /** The schema that the command works in. Null on MongoDB. */
  readonly schema: string | null
  /** Another database of the same server. Null on PostgreSQL, where a connection has one alone. */
  readonly databaseNamed: ((name: string) => AdoptionDatabase) | null
}

export interface CommandResult {
  readonly exitCode: number
  /** What `--json` writes. */
  readonly report: unknown
  /** Returns the result as text for people. */
  text(): string
}

/** The result if somebody was asked and said no. */
export function declined(): CommandResult {
  return { exitCode: 1, report: null, text: () => 'Nothing was changed.' }
}
