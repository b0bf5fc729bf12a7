export { type NodeRequest, type NodeResponse, toNodeHandler } from '../http/to-node-handler.js'
export { createInboxMigrationApi } from './api/create-inbox-migration-api.js'
export type {
  InboxMigrationApi,
  InboxMigrationApiOptions,
  InboxMigrationCaller,
  InboxMigrationStore,
} from './api/options.js'
export type { InboxMigrationAudit, OnAudit } from './audit.js'
export type { MigrationClock } from './clock.js'
export { type InboxFamily, type InboxTraits, ineligibility, whatsAppFamily } from './eligibility.js'
export { type InboxMigrations, inboxMigrations } from './inbox-migrations.js'
export type { MigrationLogger } from './migration-logger.js'
export type {
  ConvertOptions,
  InboxMigrationPreview,
  InboxMigrationsConfig,
  InboxMigrationsOptions,
  MigratingAccount,
  StartOptions,
} from './options.js'
export { type InboxMigrationProgress, progressOf } from './progress.js'
export type { WatchOptions } from './watch.js'
export { type WorkOptions, work } from './work.js'
