import type { Leases } from '../../store/leases.js'
import type { WebhookJournal } from '../../store/webhook-journal.js'
import type { StoreOf, WebhookStore } from '../webhook-store.js'

/** The part of a store that the journal needs. It is the store itself: a transaction of the host's has no journal. */
export interface JournalStore extends WebhookStore {
  forOperator(): WebhookJournal & Leases
}

export function hasJournal(store: WebhookStore | StoreOf): store is JournalStore {
  return typeof Reflect.get(store, 'forOperator') === 'function'
}
