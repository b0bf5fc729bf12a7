export { createMigrator, type MigratorOptions } from '../migrator/create-migrator.js'
export type { Diagnosis, MigrationDatabases, Tenant, TenantFailure, TenantFields, TenantFunction } from '../migrator/databases.js'
export type { DatabaseFailure, SourceFailure } from '../migrator/failure-reports.js'
export type { IndexAction, IndexFinding, IndexVerdict } from '../migrator/kernel/index-findings.js'
export type { Ledger, LedgerEntry, LedgerState } from '../migrator/kernel/ledger.js'
export type { LockHolder, MigrationLogger } from '../migrator/kernel/target.js'
export type {
  DatabaseChoice,
  DatabaseReport,
  DatabaseState,
  DatabaseStatus,
  DoctorReport,
  DownOptions,
  IndexReport,
  IndexSet,
  ListedMigration,
  LockChoice,
  LockReport,
  MigrateOptions,
  MigrateReport,
  Migrator,
  PreviewedMigration,
  Progress,
  StatusOptions,
  StatusReport,
  SyncIndexesOptions,
  SyncIndexesReport,
  Verdict,
} from '../migrator/migrator.js'
export type { CollectionIndex } from '../mongo/migrator/indexes/declared-index.js'
export type { BatchPass, BatchResult, BatchScope, CollectionMigration, MigrationContext } from '../mongo/migrator/migration.js'
export { type MongoDatabasesOptions, mongoDatabases } from '../platform/mongo/databases.js'
export { MIGRATIONS } from '../platform/mongo/migrations.js'
export { type PostgresDatabasesOptions, postgresDatabases } from '../platform/postgres/databases.js'
export { POSTGRES_MIGRATIONS } from '../platform/postgres/migrations.js'
export type {
  KeysetPass,
  MigrationCode as PostgresMigrationCode,
  MigrationContext as PostgresMigrationContext,
  MigrationSession,
  PostgresIndex,
  PostgresMigration,
  PostgresStep,
  SqlContext,
} from '../postgres/migrator/migration.js'
export { defineConfig, type MigrationConfig } from './migration-config.js'
