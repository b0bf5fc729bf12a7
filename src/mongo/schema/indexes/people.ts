import type { StoreIndex } from '../store-index.js'

/** The indexes of inboxes, contacts and the ids of customers. */
export const peopleIndexes: readonly StoreIndex[] = [
  {
    collection: 'inboxes',
    key: { accountId: 1, oa_id: 1 },
    options: { name: 'idx_inboxes_oa', unique: true },
    serves: 'find({ accountId, oa_id }): the inbox of an event, and the inboxes of an account; decides that an account has an inbox once',
  },

  {
    collection: 'contacts',
    key: { accountId: 1, merged_into: 1 },
    options: { name: 'idx_contacts_merged_into', partialFilterExpression: { merged_into: { $exists: true } } },
    serves: 'find({ accountId, merged_into }): the contacts that became one with this one, for its list of conversations',
  },

  {
    collection: 'contact_inboxes',
    key: { accountId: 1, oa_id: 1, customer_id: 1 },
    options: { name: 'idx_contact_inboxes_customer', unique: true },
    serves: 'find({ accountId, oa_id, customer_id: { $in } }): the customers that a write names; decides that each is there once',
  },
  {
    collection: 'contact_inboxes',
    key: { accountId: 1, customer_id: 1 },
    options: { name: 'idx_contact_inboxes_customer_id' },
    serves: 'find({ accountId, customer_id }): a customer in whichever inbox, as lists of conversations ask',
  },
  {
    collection: 'contact_inboxes',
    key: { accountId: 1, canonical_id: 1 },
    options: { name: 'idx_contact_inboxes_canonical', partialFilterExpression: { canonical_id: { $exists: true } } },
    serves: 'find({ accountId, canonical_id }): the aliases of a customer',
  },
]
