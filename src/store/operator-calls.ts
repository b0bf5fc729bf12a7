import type { Leases } from './leases.js'
import type { WebhookJournal } from './webhook-journal.js'

/** What belongs to whoever operates the store: leases of no account, and the journal of webhooks of all of them. */
export interface OperatorCalls extends Leases, WebhookJournal {}
