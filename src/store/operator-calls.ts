import type { AllLeases } from './all-leases.js'
import type { InboxMigrationAccounts } from './inbox-migration-accounts.js'
import type { Leases } from './leases.js'
import type { SyncAccounts } from './sync-accounts.js'
import type { WebhookJournal } from './webhook-journal.js'

/**
 * What belongs to whoever operates the store: leases of no account, and of all accounts the leases, the webhooks, and
 * who has pulled
 * an inbox or moves one.
 */
export interface OperatorCalls extends Leases, AllLeases, SyncAccounts, InboxMigrationAccounts, WebhookJournal {}
