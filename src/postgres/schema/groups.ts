import type { Names } from '../names.js'

/**
 * Step 7. The contact inboxes come first, because every write locks them before it writes a message or an event. What
 * an alias wrote before stays under its own id, so its id becomes a scope of its head.
 *
 * The functions that take other parameters in this schema are dropped, because PostgreSQL would keep the former ones
 * beside them. The former `write_rare` goes in this transaction, because its adoptions would not set scopes.
 */
export function addGroups(names: Names): readonly string[] {
  const { contact_inboxes, messages, contact_interaction_events } = names.tables
  return [
    `alter table ${contact_inboxes} add column scopes text[] collate "C"`,
    `alter table ${messages} add column own_id text collate "C"`,
    `alter table ${contact_interaction_events} add column own_id text collate "C"`,
    `update ${contact_inboxes} head set scopes = array[head.id] || alias.ids
from (select x.account_id, x.canonical_id, array_agg(x.id order by x.created_at, x.id) as ids from ${contact_inboxes} x
  where x.canonical_id is not null group by x.account_id, x.canonical_id) alias
where head.account_id = alias.account_id and head.id = alias.canonical_id`,
    ...formerFunctions(names).map((former) => `drop function if exists ${former}`),
  ]
}

/** Gives messages and events back to the exact ids that brought them, under which the former functions look. */
export function removeGroups({ tables }: Names): readonly string[] {
  const { contact_inboxes, messages, contact_interaction_events } = tables
  return [
    `alter table ${contact_inboxes} drop column if exists scopes`,
    ...[messages, contact_interaction_events].flatMap((table) => [
      `update ${table} set contact_inbox_id = own_id where own_id is not null`,
      `alter table ${table} drop column if exists own_id`,
    ]),
  ]
}

function formerFunctions({ fn, tables }: Names): readonly string[] {
  const plain = `(text, jsonb, integer[], text, boolean, timestamptz, ${tables.contact_inboxes}[], text[])`
  return [
    `${fn('write_rare')}(jsonb, jsonb)`,
    `${fn('apply_event')}(text, text, jsonb, text, text, timestamptz, bigint)`,
    `${fn('apply_waiting')}(text, text, text[], text[], text, text, timestamptz, bigint)`,
    `${fn('link_message')}(text, text, text, text, timestamptz, text, timestamptz, bigint)`,
    ...['write_known', 'write_first', 'write_run'].map((name) => fn(name) + plain),
  ]
}
