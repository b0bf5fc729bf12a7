export { addOptimisticLocking } from './add-optimistic-locking.js'
export type { Adoption, AdoptionRun } from './adoption.js'
export type { AdoptionConfig } from './adoption-config.js'
export type { AdoptionLogger } from './adoption-logger.js'
export { allowClosedDuplicates } from './allow-closed-duplicates.js'
export type {
  AllowClosedOptions,
  AllowClosedPlan,
  AllowClosedState,
  AllowClosedVerified,
  ClosedEnforcement,
  ConnectionState,
  Lookup,
  PrismaChange,
} from './allow-closed-types.js'
export { backfillAccountIds } from './backfill-account-ids.js'
export type {
  BackfillApplied,
  BackfillClasses,
  BackfillOptions,
  BackfillPlan,
  BackfillReverted,
  BackfillVerified,
} from './backfill-types.js'
export type { Backup } from './backup.js'
export { ensureReady } from './ensure-ready.js'
export type { EnsureReadyOptions, ReadyMode, ReadyPart, ReadyReport } from './ensure-ready-types.js'
export { importConversations, verifyImport } from './import-conversations.js'
export type {
  ImportAccount,
  ImportApplied,
  ImportDifference,
  ImportedConversations,
  ImportedInboxes,
  ImportedMessages,
  ImportOptions,
  ImportPlan,
  ImportStore,
  ImportVerified,
} from './import-types.js'
export type { IsolationOptions, IsolationReport } from './isolation-types.js'
export { type LegacyViewsOptions, legacyViews } from './legacy-views.js'
export { lockingQueries } from './locking-queries.js'
export { lockingSql } from './locking-sql.js'
export type {
  LockingAnswers,
  LockingApplied,
  LockingOptions,
  LockingPlan,
  LockingReverted,
  LockingTables,
  LockingVerified,
} from './locking-types.js'
export { mergeDuplicateConversations } from './merge-duplicate-conversations.js'
export type {
  ConversationCounters,
  MergeApplied,
  MergeOptions,
  MergePlan,
  MergeReverted,
  MergeVerified,
  MessagesTable,
} from './merge-types.js'
export type { AdoptionDatabase, AdoptionOptions, AdoptionProgress, BatchPace, ConversationsTable, IntegrationsTable } from './options.js'
export type { AssignedAccount, OrphanPolicy, Unresolved } from './orphans.js'
export type { Doubles, SwapOptions, SwapPlan, SwapState, SwapVerified } from './swap-types.js'
export { swapUniqueIndex } from './swap-unique-index.js'
export type { UniqueKey, UniqueOver } from './unique-key.js'
export { verifyAccountIsolation } from './verify-account-isolation.js'
