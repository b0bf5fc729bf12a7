import type { Names } from '../../names.js'

/** The insert of a customer's contact, up to its FROM. `name` is the channel's name for the customer, or null. */
export function insertContact({ tables }: Names, id: string, name: string): string {
  return `insert into ${tables.contacts} (account_id, id, name, name_source, created_at, updated_at)
    select p_account, ${id}, ${name}, case when ${name} is not null then 'channel' end, p_now, p_now`
}

/** The insert of a new contact inbox, up to its values or its FROM. */
export function intoContactInboxes({ tables }: Names): string {
  return `insert into ${tables.contact_inboxes} (account_id, id, oa_id, customer_id, contact_id, channel, created_at)`
}

/**
 * Whether `contact` keeps its name although the channel gives this one: it has this name already, or a person set the
 * one that it has.
 */
export function keepsName(name: string): string {
  return `(contact.name_source = 'person' or contact.name = ${name})`
}
