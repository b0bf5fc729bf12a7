import type { AllLeases } from './all-leases.js'
import type { Leases } from './leases.js'
import type { WebhookJournal } from './webhook-journal.js'

/** What belongs to whoever operates the store: leases of no account, the leases of all of them, and their webhooks. */
export interface OperatorCalls extends Leases, AllLeases, WebhookJournal {}
