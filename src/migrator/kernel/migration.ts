/**
 * One versioned change of a database's schema or data, as the runner sees it. What the change does is known only to the
 * engine that runs it (postgres/migrator, mongo/migrator). Migrations are declared in code, in an array whose order is
 * the order of running.
 */
export interface Migration {
  /** Who declares it: the store itself, a preset, or the application (`host`). The owner is part of the identity. */
  readonly owner: string
  /** The collection whose versions it counts in on MongoDB. On PostgreSQL it is the empty string. */
  readonly collection: string
  /** Versions are compared as numbers where they are numbers: '002' comes after '001', and '10' after '9'. */
  readonly version: string
  /** A name for people, such as `001-create-messages-collection`. It may change without harm. */
  readonly name: string
  readonly description: string
  /** The checksum of what it makes. Its code counts only through its `revision`. See checksum.ts. */
  readonly checksum: string
  /**
   * Set on a migration that runs again whenever its checksum differs from the one in the ledger. It is the name under
   * which the ledger knows the migration, whatever its version is. The version then tells which of two programs has the
   * newer text. See examine-ledger.ts.
   */
  readonly repeatable?: string
  /**
   * Its steps, in order. Each step is recorded when it is done, and must be able to run again if it was not recorded.
   */
  readonly steps: readonly MigrationStep[]
}

export interface MigrationStep {
  /** Unique in its migration, for example `collection`, `index idx_messages_seq` or `up`. */
  readonly name: string
  /**
   * The name of the index set that the step belongs to. A run that does not ask for that set leaves the step out.
   * Without a name, every run makes the step.
   */
  readonly indexSet?: string
}

/**
 * The identity of a migration, which is its key in the ledger: `conversation-store/messages@001`, or `users@002` for
 * one of the host's own.
 */
export function migrationId({
  owner,
  collection,
  version,
  repeatable = version,
}: Pick<Migration, 'owner' | 'collection' | 'version' | 'repeatable'>): string {
  return `${owner === hostOwner ? '' : `${owner}/`}${collection}@${repeatable}`
}

export const hostOwner = 'host'
/** The owner of the lines that say what somebody has decided about a ledger. No migration has it. */
export const auditOwner = 'operator'
/** The owner of the store's own schema, which `store.migrate()` runs. */
export const storeOwner = 'conversation-store'

/** Compares versions as numbers where they are numbers, and as text otherwise. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
