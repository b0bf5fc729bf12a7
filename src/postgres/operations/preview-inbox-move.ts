import type { InboxMovePreview, KnownInDestination } from '../../model/inbox-migrations.js'
import type { PreviewInboxMove } from '../../store/adapter.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { headsThere } from '../functions/expressions/moving-people.js'
import { kindInConflict } from '../functions/expressions/named-ids.js'
import { attachmentsOfMessages, peopleKnown } from '../functions/expressions/people-of-inbox.js'
import { integer, json, textOrNull } from '../readers.js'
import { raw, sql } from '../sql.js'

const previewRow = columns({
  contact_inboxes: integer,
  people: integer,
  contacts: integer,
  unreachable: integer,
  conversations: integer,
  messages: integer,
  attachments: integer,
  known: json<readonly KnownInDestination[]>,
  next: textOrNull,
})

/** Counts a part of an inbox, and names who of it another one knows. One statement. */
export async function previewInboxMove(context: PostgresContext, input: PreviewInboxMove): Promise<InboxMovePreview> {
  const { names, tables } = context
  const { accountId, sourceOaId, destinationOaId, after, limit } = input
  const heads = raw('array(select p.id from part p where p.canonical_id is null)')
  const people = { account: accountId, source: sourceOaId, destination: destinationOaId, heads, matching: { except: raw('null') } }
  const [found = {}] = await context.read(
    sql`with part as materialized (
  select x.id, x.oa_id, x.customer_id, x.canonical_id, x.contact_id, x.identities from ${tables.contact_inboxes} x
  where x.account_id = ${accountId} and x.oa_id = ${sourceOaId} and x.customer_id > ${after ?? ''}::text
  order by x.customer_id limit ${limit}::integer
),
held as materialized (
  select c.id, c.merged_parts from ${tables.conversations} c
  where c.account_id = ${accountId} and c.contact_inbox_id = any (array(select p.id from part p))
),
stored as (
  select count(*) as messages, ${raw(attachmentsOfMessages)} as attachments
  from ${tables.messages} m
  where m.account_id = ${accountId} and m.conversation_id = any (array(
    select h.id from held h union all select e->>'id' from held h cross join lateral jsonb_array_elements(h.merged_parts) e))
),
asked as (select ${accountId}::text as p_account, ${destinationOaId}::text as p_destination),
known as materialized (select k.head_id as id, k.customer_id, k.contact_id, k.matched_by from ${peopleKnown(tables, people)} k where k.matched_by is not null),
-- The names of the columns are those of the parameters of the functions that share these expressions.
met as (
  select k.*, s.stays_apart, case when not s.stays_apart then (select d.contact_id from ${tables.contact_inboxes} d
      where d.account_id = p_account and d.id = any (t.heads) limit 1) end as destination_contact_id,
    (select true from ${tables.conversations} c where c.account_id = p_account and c.contact_inbox_id = k.id and c.status <> 'closed'
      and ((select true from ${tables.conversations} d
          where d.account_id = p_account and d.contact_inbox_id = any (t.heads) and d.status <> 'closed' limit 1)
        or c.username_key is not null and (select true from ${tables.conversations} u where u.account_id = p_account
          and u.oa_id = p_destination and u.username_key = c.username_key and u.status <> 'closed' limit 1)) limit 1) is not null as has_active_conflict
  from known k cross join asked cross join lateral (select ${raw(headsThere(names, 'array[k.id]'))} as heads offset 0) t
  cross join lateral (select k.matched_by = 'variant' or cardinality(t.heads) > 1
    or ${raw(kindInConflict(names, 't.heads || k.id'))} is not null as stays_apart offset 0) s
)
select ${previewRow.list('r')} from (
  select s.messages, s.attachments, (select count(*) from held) as conversations, count(p.id) as contact_inboxes,
    count(p.id) filter (where p.canonical_id is null) as people,
    count(p.id) filter (where p.canonical_id is null and p.contact_id is not null) as contacts,
    count(p.id) filter (where p.canonical_id is null and (select bool_and(coalesce(e->>'kind' <> 'phone', false))
      from jsonb_array_elements(p.identities) e where e->>'former_since' is null)) as unreachable,
    (select coalesce(json_agg(json_build_object('customerId', m.customer_id, 'contactId', m.contact_id, 'matchedBy', m.matched_by,
      'destinationContactId', m.destination_contact_id, 'hasActiveConflict', m.has_active_conflict, 'staysApart', m.stays_apart)
      order by m.customer_id), '[]') from met m) as known,
    (select max(p.customer_id) from part p where (select true from ${tables.contact_inboxes} x where x.account_id = ${accountId}
      and x.oa_id = ${sourceOaId} and x.customer_id > (select max(q.customer_id) from part q) order by x.customer_id limit 1)) as next
  from stored s left join part p on true group by s.messages, s.attachments
) r`,
    input,
  )
  const row = previewRow.of(found)
  return {
    conversations: integer(row.conversations),
    messages: integer(row.messages),
    attachments: integer(row.attachments),
    contactInboxes: integer(row.contact_inboxes),
    people: integer(row.people),
    contacts: integer(row.contacts),
    unreachable: integer(row.unreachable),
    known: json(row.known),
    next: textOrNull(row.next),
  }
}
