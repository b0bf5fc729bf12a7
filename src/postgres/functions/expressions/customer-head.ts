import type { Names } from '../../names.js'
import { sendAgain } from './bulk-locks.js'

/**
 * The payload's customer and their head, for the quick ways of a single call. `v_oa` and `v_customer` are variables,
 * because PostgreSQL counts what it costs to take a value out of the payload. For an empty table, it then prefers an
 * index that needs fewer of them, and keeps reading the whole account by it when the table has grown.
 */
export function isCustomer(row: string): string {
  return `${row}.account_id = p_account and ${row}.oa_id = v_oa and ${row}.customer_id = v_customer`
}

/** Whether the conversation is of the customer `v_name` of the same inbox. */
export function isNamed(conversation: string): string {
  return `${conversation}.account_id = p_account and ${conversation}.oa_id = v_oa and ${conversation}.customer_id = v_name`
}

/** Reads the customer id of an alias's head, which is in the same inbox, into `v_name`. Null for any other customer. */
export function readHeadName({ tables }: Names): string {
  return `select (select h.customer_id from ${tables.contact_inboxes} h where h.account_id = p_account and h.id = x.canonical_id limit 1)
          into v_name from ${tables.contact_inboxes} x where ${isCustomer('x')} limit 1;`
}

/** Whether the conversation is of the head that was locked. */
export function isOfHead(conversation: string): string {
  return `${conversation}.account_id = p_account and ${conversation}.oa_id = v_head.oa_id and ${conversation}.customer_id = v_head.customer_id`
}

/**
 * Locks the customer's head by its id, and reads it into `v_head` as it is under the lock. `is_other` tells whether it
 * needs another look: the customer is an alias, or their row became one.
 */
export function lockHead({ tables }: Names, columns: string): string {
  return `select held.id, held.oa_id, held.customer_id, held.canonical_id, held.previous_head_id, ${columns},
          held.canonical_id is not null or held.oa_id <> v_oa or held.customer_id <> v_customer as is_other
        into v_head from ${tables.contact_inboxes} held
        where held.account_id = p_account and held.id = (select coalesce(x.canonical_id, x.id) from ${tables.contact_inboxes} x where ${isCustomer('x')} limit 1)
        for no key update;`
}

/**
 * Looks again at an alias under the lock of its head, and reads it into `v_alias`. During the wait it may have got
 * another head. The call must then be sent again, because heads are locked in the order of their ids.
 */
export function readAlias({ tables }: Names): string {
  return `select x.id, x.previous_head_id into v_alias from ${tables.contact_inboxes} x where ${isCustomer('x')} and x.canonical_id = v_head.id limit 1;
          if v_alias.id is null or v_head.canonical_id is not null then
            ${sendAgain};
          end if;`
}
