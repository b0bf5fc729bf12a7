export type { Adoption, AdoptionRun } from './adoption.js'
export type { AdoptionConfig } from './adoption-config.js'
export type { AdoptionLogger } from './adoption-logger.js'
export {
  type BackfillApplied,
  type BackfillClasses,
  type BackfillOptions,
  type BackfillPlan,
  type BackfillReverted,
  type BackfillVerified,
  backfillAccountIds,
} from './backfill-account-ids.js'
export type { Backup } from './backup.js'
export {
  type ConversationCounters,
  type MergeApplied,
  type MergeOptions,
  type MergePlan,
  type MergeReverted,
  type MergeVerified,
  type MessagesTable,
  mergeDuplicateConversations,
} from './merge-duplicate-conversations.js'
export type { AdoptionDatabase, AdoptionOptions, AdoptionProgress, BatchPace, ConversationsTable, IntegrationsTable } from './options.js'
export type { AssignedAccount, OrphanPolicy, Unresolved } from './orphans.js'
export { type Doubles, type SwapOptions, type SwapPlan, type SwapState, type SwapVerified, swapUniqueIndex } from './swap-unique-index.js'
export type { UniqueKey, UniqueOver } from './unique-key.js'
export { type IsolationOptions, type IsolationReport, verifyAccountIsolation } from './verify-account-isolation.js'
