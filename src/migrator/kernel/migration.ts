/**
 * One versioned change of a database's schema or data, as the runner sees it: what it does stays with the engine that
 * runs it (postgres/migrator, mongo/migrator). Declared in code, in an array whose order is the order of running.
 */
export interface Migration {
  /** Who declares it: the store itself, a preset, or (`host`) the application. It is part of the identity. */
  readonly owner: string
  /** What its versions count for: a collection on MongoDB; on PostgreSQL the empty string. */
  readonly collection: string
  /** Compared as text after filling up with zeros: '002' comes after '001', '10' after '9'. */
  readonly version: string
  /** For people: `001-create-messages-collection`. May be changed without harm. */
  readonly name: string
  readonly description: string
  /** Of what it makes; of its code only the `revision`. See checksum.ts. */
  readonly checksum: string
  /**
   * Given where the migration runs again whenever its checksum is not the one that the ledger has: a name of its own,
   * by which the ledger knows it whatever its version is. The version then tells which of two programs has the newer
   * text. See examine-ledger.ts.
   */
  readonly repeatable?: string
  /** Names of its steps, in order. Each is recorded when it is done, and can be run again when it was not recorded. */
  readonly steps: readonly MigrationStep[]
}

export interface MigrationStep {
  /** Unique in its migration: `collection`, `index idx_messages_seq`, `up`. */
  readonly name: string
  /**
   * The name of the index set that the step belongs to; a run that does not ask for it leaves the step out. Default:
   * every run makes it.
   */
  readonly indexSet?: string
}

/**
 * The identity of a migration, and its key in the ledger: `conversation-store/messages@001`, `users@002` for a host's
 * own.
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
/** The owner of the store's own schema, which `store.migrate()` runs. */
export const storeOwner = 'conversation-store'

/** Versions as numbers where they are numbers, else as text. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
