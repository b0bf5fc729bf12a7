import type { StoreIndex } from '../store-index.js'

/** The indexes of inboxes, contacts and the ids of customers. */
export const peopleIndexes: readonly StoreIndex[] = [
  {
    table: 'inboxes',
    name: 'idx_inboxes_oa',
    unique: true,
    columns: 'account_id, oa_id',
    serves: 'account_id = … and oa_id = …: an inbox; decides that an account has it once. In order: the list of inboxes',
  },

  {
    table: 'contacts',
    name: 'idx_contacts_merged',
    columns: 'account_id, merged_into',
    where: 'merged_into IS NOT NULL',
    serves: 'account_id = … and merged_into = …: the contacts that became one with this one, for its list of conversations',
  },

  {
    table: 'contact_inboxes',
    name: 'idx_contact_inboxes_customer',
    unique: true,
    columns: 'account_id, oa_id, customer_id',
    serves: 'account_id = … and oa_id = … and customer_id = …: a customer of an inbox; decides that it is there once',
  },
  {
    table: 'contact_inboxes',
    name: 'idx_contact_inboxes_customer_id',
    columns: 'account_id, customer_id',
    serves: 'account_id = … and customer_id = …: a customer id in whichever inbox, for lists of conversations',
  },
  {
    table: 'contact_inboxes',
    name: 'idx_contact_inboxes_canonical',
    columns: 'account_id, canonical_id',
    where: 'canonical_id IS NOT NULL',
    serves: 'account_id = … and canonical_id = …: the aliases of a customer',
  },
  {
    table: 'contact_inboxes',
    name: 'idx_contact_inboxes_contact',
    columns: 'account_id, contact_id',
    where: 'contact_id IS NOT NULL',
    serves: 'account_id = … and contact_id = …: the contact inboxes of a contact, for its list of conversations',
  },
]
