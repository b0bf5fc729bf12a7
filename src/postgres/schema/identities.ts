import { dropIndexSql } from '../migrator/indexes/index-sql.js'
import type { Names } from '../names.js'
import { createUnlessBuilt } from './create-unless-built.js'
import { identityIndexesOf } from './indexes.js'

/**
 * Step 8. The contact inboxes come first, because every write locks them before it writes a conversation or a contact.
 * A customer who has aliases gets the list of their ids, of which nobody has said yet what they are.
 *
 * The former `write_rare` goes in this transaction, because its adoptions would not keep that list. The functions of
 * this schema bring theirs, with other parameters.
 */
export function addIdentities(names: Names): readonly string[] {
  const { contact_inboxes, contacts, conversations } = names.tables
  return [
    `alter table ${contact_inboxes} add column identities jsonb, add column previous_head_id text collate "C"`,
    `alter table ${contacts} add column merged_into text collate "C"`,
    `alter table ${conversations} add column is_linked boolean not null default false`,
    ...identityIndexesOf(names).map((index) => createUnlessBuilt(names.schema, index)),
    `update ${contact_inboxes} head set identities = (
    select jsonb_agg(jsonb_build_object('id', x.customer_id, 'kind', null, 'since', floor(extract(epoch from x.created_at) * 1000)::bigint, 'former_since', null)
      order by x.created_at, x.customer_id)
    from ${contact_inboxes} x where x.account_id = head.account_id and (x.id = head.id or x.canonical_id = head.id))
where head.canonical_id is null and (head.account_id, head.id) in (select x.account_id, x.canonical_id from ${contact_inboxes} x where x.canonical_id is not null)`,
    `update ${conversations} c set is_linked = true from ${contact_inboxes} own
where own.account_id = c.account_id and own.id = c.contact_inbox_id and (own.canonical_id is not null or own.identities is not null)`,
    `drop function if exists ${names.fn('write_rare')}(jsonb, jsonb, text[], text[])`,
  ]
}

export function removeIdentities(names: Names): readonly string[] {
  const { contact_inboxes, contacts, conversations } = names.tables
  return [
    ...identityIndexesOf(names).map(({ name }) => dropIndexSql(names.schema, name, { concurrently: false })),
    `alter table ${contact_inboxes} drop column if exists identities, drop column if exists previous_head_id`,
    `alter table ${contacts} drop column if exists merged_into`,
    `alter table ${conversations} drop column if exists is_linked`,
  ]
}
