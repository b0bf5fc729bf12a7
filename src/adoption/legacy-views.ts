import { literal } from '../postgres/literal.js'
import { createNames, quote } from '../postgres/names.js'

export interface LegacyViewsOptions {
  /** The account whose conversations the views show. */
  readonly accountId: string
  /** The schema of the views, which is made. Default `legacy`. */
  readonly viewSchema?: string
  /** Where the store is, as `postgres` is told it. */
  readonly schema?: string
  readonly tablePrefix?: string
}

/**
 * Views of one account of the store, under the names of a host's tables from before, as one text of SQL that may run
 * again. Queries for those tables then run on the store as they are, with the views' schema first in the search path
 * and the store's behind it.
 *
 * `messenger_conversations` has one row for a customer: the active conversation, or else the latest. Those of whom no
 * event is known stand in `messenger_conversations_without_events` instead, with the same columns.
 * `contact_interaction_events` has all events of a customer under that conversation.
 */
export function legacyViews(options: LegacyViewsOptions): string {
  const { accountId, viewSchema = 'legacy' } = options
  const { tables } = createNames(options)
  const view = (name: string) => `${quote(viewSchema)}.${quote(name)}`
  const shown = (
    having: 'exists' | 'not exists',
  ) => `select distinct on (c.contact_inbox_id) c.id as conversation_id, c.customer_id as sender_id,
  c.oa_id as page_id, c.customer_name as sender_name, c.nickname, c.status, c.version, c.unread_count, c.last_message_at, c.created_at, c.updated_at
from ${tables.conversations} c
where c.account_id = ${literal(accountId)} and ${having} (select from ${tables.conversations} o
  where o.account_id = c.account_id and o.contact_inbox_id = c.contact_inbox_id and o.last_event_seq > 0)
order by c.contact_inbox_id, c.status = 'closed', c.created_at desc, c.id desc`
  const events = `select e.id, s.conversation_id, e.type as event_type, coalesce(e.message_id, m.message_id) as message_id,
  coalesce(e.sender_id, m.sender_id) as sender_id, coalesce(e.direction, m.direction) as direction, m.text, e.payload,
  coalesce(e.occurred_at, m.occurred_at, e.created_at, m.created_at) as event_timestamp
from ${tables.contact_interaction_events} e join ${tables.conversations} c on c.account_id = e.account_id and c.id = e.conversation_id
join (select distinct on (l.contact_inbox_id) l.contact_inbox_id, l.id as conversation_id from ${tables.conversations} l
  where l.account_id = ${literal(accountId)} order by l.contact_inbox_id, l.status = 'closed', l.created_at desc, l.id desc) s
  on s.contact_inbox_id = c.contact_inbox_id
left join ${tables.messages} m on m.account_id = e.account_id and m.id = e.id
where e.account_id = ${literal(accountId)}`
  const views = {
    messenger_conversations: shown('exists'),
    messenger_conversations_without_events: shown('not exists'),
    contact_interaction_events: events,
  }
  return [
    `create schema if not exists ${quote(viewSchema)};`,
    ...Object.entries(views).flatMap(([name, query]) => [
      `create or replace view ${view(name)} as ${query};`,
      `revoke all on ${view(name)} from public;`,
    ]),
    // A program that inserts without naming a version would otherwise find none in the catalog.
    `alter view ${view('messenger_conversations')} alter column version set default 0;`,
    '',
  ].join('\n')
}
