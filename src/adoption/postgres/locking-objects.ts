import { functionsOf } from '../../postgres/functions/functions.js'
import { createFunctionSql, signatureOf } from '../../postgres/functions/sql-function.js'
import { literal } from '../../postgres/literal.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { PostgresIndex } from '../../postgres/migrator/migration.js'
import { createNames, type Names, quote } from '../../postgres/names.js'
import { closeFunctionsSql, rememberFunctionsSql } from '../../postgres/schema/rights.js'
import { leases } from '../../postgres/schema/steps/045-leases.sql.js'
import { syncLocks } from '../../postgres/schema/steps/060-sync-locks.sql.js'
import { syncState } from '../../postgres/schema/steps/061-sync-state.sql.js'
import { syncFunctions } from '../../postgres/schema/sync-objects.js'
import { eventIndexNames } from '../event-indexes.js'
import type { LockingTables } from '../locking-types.js'

/** The tables of a locking, with their defaults. */
export interface LockedTables {
  readonly schema: string
  readonly name: string
  readonly id: string
  readonly senderId: string
  readonly pageId: string
  readonly events: Readonly<Record<'name' | 'id' | 'conversationId' | 'messageId' | 'type' | 'occurredAt', string>>
}

export function lockedTables({ conversations = {}, events = {} }: LockingTables): LockedTables {
  return {
    schema: conversations.schema ?? 'public',
    name: conversations.name ?? 'messenger_conversations',
    id: conversations.id ?? 'conversation_id',
    senderId: conversations.senderId ?? 'sender_id',
    pageId: conversations.pageId ?? 'page_id',
    events: {
      name: events.name ?? 'contact_interaction_events',
      id: events.id ?? 'id',
      conversationId: events.conversationId ?? 'conversation_id',
      messageId: events.messageId ?? 'message_id',
      type: events.type ?? 'event_type',
      occurredAt: events.occurredAt ?? 'event_timestamp',
    },
  }
}

/** What the comment of everything says that was made, so that nothing else is dropped. */
export const mark = 'made by conversation-store adopt locking'

/** Something that the locking makes, if it is not there. */
export interface LockingObject {
  /** Its kind and its name, for people. */
  readonly what: string
  /** An expression of SQL that is true if it is there. */
  readonly exists: string
  readonly create: readonly string[]
  /** Each object as `comment on` names it, the statement that drops it, and its comment as an expression of SQL. */
  readonly parts: readonly { readonly name: string; readonly drop: string; readonly comment: string }[]
}

/** An index of the events, with the columns whose values no two events may share. */
export type EventIndex = PostgresIndex & { readonly keys: readonly string[]; readonly where: string }

export function eventIndexes({ events }: LockedTables): readonly EventIndex[] {
  const { name, conversationId, messageId, type, occurredAt } = events
  const index = (indexName: string, keys: readonly string[], where: string) => ({
    table: name,
    name: indexName,
    keys,
    columns: keys.map(quote).join(', '),
    unique: true,
    where: `${quote(messageId)} ${where}`,
  })
  return [
    index(eventIndexNames.byMessage, [conversationId, messageId], 'IS NOT NULL'),
    index(eventIndexNames.byTimestamp, [conversationId, type, occurredAt], 'IS NULL'),
  ]
}

/** Whether an index of that name stands on the events, and not on another table, as an expression of SQL. */
export function eventIndexStands({ schema, events }: LockedTables, name: string): string {
  const regclass = (relation: string) => `pg_catalog.to_regclass(${literal(qualified(schema, relation))})`
  return `exists (select from pg_catalog.pg_index i where i.indexrelid = ${regclass(name)} and i.indrelid = ${regclass(events.name)} and i.indisvalid)`
}

export function archiveOf({ schema }: LockedTables): string {
  return qualified(schema, 'conversation_store_archive')
}

/** How many events an index would refuse. */
export function countDoublesSql({ schema, events }: LockedTables, { keys, where }: EventIndex): string {
  const columns = keys.map(quote)
  return `select coalesce(sum(rows - 1), 0)::text from (select count(*) as rows from ${qualified(schema, events.name)}
  where ${where} and ${columns.map((column) => `${column} is not null`).join(' and ')} group by ${columns.join(', ')} having count(*) > 1) d`
}

/** The events with the key of an index, each with its place among those of its key, and the one that is kept. */
export function rankedSql({ schema, events }: LockedTables, { keys, where }: EventIndex): string {
  const id = quote(events.id)
  const given = keys.map((key) => `e.${quote(key)} is not null`).join(' and ')
  const by = `partition by ${keys.map((key) => `e.${quote(key)}`).join(', ')} order by e.${id}`
  return `ranked as (select e.${id} as id, row_number() over (${by}) as place, first_value(e.${id}) over (${by}) as kept from ${qualified(schema, events.name)} e where ${given} and e.${where})`
}

/** The end of a statement that deletes events `e`, beside which `r` has who is kept: it archives and counts them. */
export function archivedSql(tables: LockedTables): string {
  return `  returning json_build_array(e.${quote(tables.events.id)}::text)::text as id, json_build_array(r.kept::text)::text as kept, pg_catalog.row_to_json(e) as document),
kept as (insert into ${archiveOf(tables)} (from_table, id, reason, kept_id, document)
  select ${literal(tables.events.name)}, id, 'double event', kept, document from gone returning 1)
select count(*)::text from kept`
}

/** Puts the events into the archive of which an earlier one has the key of an index. It is one statement. */
export function removeDoublesSql(tables: LockedTables, index: EventIndex): string {
  const { schema, events } = tables
  const id = quote(events.id)
  return `with ${rankedSql(tables, index)},
gone as (delete from ${qualified(schema, events.name)} e using ranked r where r.place > 1 and e.${id} = r.id
${archivedSql(tables)}`
}

export function versionColumn({ schema, name }: LockedTables): LockingObject {
  const table = qualified(schema, name)
  return {
    what: 'column version',
    exists: `exists (select from pg_catalog.pg_attribute a where a.attrelid = ${literal(table)}::pg_catalog.regclass and a.attname = 'version' and a.attnum > 0 and not a.attisdropped)`,
    create: [`alter table ${table} add column version integer not null default 0`],
    parts: [
      {
        name: `column ${table}.version`,
        drop: `alter table ${table} drop column version`,
        comment: `(select pg_catalog.col_description(a.attrelid, a.attnum) from pg_catalog.pg_attribute a where a.attrelid = pg_catalog.to_regclass(${literal(table)}) and a.attname = 'version' and not a.attisdropped)`,
      },
    ],
  }
}

/** What the locks of syncs consist of, by the store's own texts. */
export function syncObjects(tables: LockedTables): readonly LockingObject[] {
  const names = createNames({ schema: tables.schema })
  // A table of that name may be the host's, and its rights are for the host's users.
  const alone: Names = { ...names, fn: (name) => names.fn(name === 'inboxes' ? 'conversation_store_no_inboxes' : name) }
  const step = ({ statements }: typeof leases, kinds: Readonly<Record<string, 'table' | 'view'>>): LockingObject => ({
    what: Object.entries(kinds)
      .map(([name, kind]) => `${kind} ${name}`)
      .join(', '),
    exists: `pg_catalog.to_regclass(${literal(names.fn(Object.keys(kinds)[0] ?? ''))}) is not null`,
    create: statements(alone, { partitions: null }),
    parts: Object.entries(kinds).map(([name, kind]) => relation(names, kind, name)),
  })
  const made = functionsOf(names).filter(({ name }) => innerFunctions.includes(name) || syncFunctions.includes(name))
  const functions = made.map((fn): LockingObject => {
    const signature = signatureOf(names, fn)
    const oid = `(select p.oid from pg_catalog.pg_proc p where p.pronamespace = ${literal(names.quotedSchema)}::pg_catalog.regnamespace and p.proname = ${literal(fn.name)} limit 1)`
    return {
      what: `function ${fn.name}`,
      exists: `${oid} is not null`,
      create: [rememberFunctionsSql(names, [fn.name]), createFunctionSql(names, fn), closeFunctionsSql(names, [fn.name])],
      parts: [
        {
          name: `function ${signature}`,
          drop: `drop function if exists ${signature}`,
          comment: `pg_catalog.obj_description(${oid}, 'pg_proc')`,
        },
      ],
    }
  })
  return [
    step(leases, { leases: 'table', lease_tokens: 'table' }),
    step(syncLocks, { sync_locks: 'view', active_syncs: 'view' }),
    step(syncState, { sync_state: 'table', sync_statistics: 'view' }),
    ...functions,
  ]
}

/** The functions that those of the sync call. */
const innerFunctions = ['new_row_id', 'problem_of', 'acquire_lease', 'renew_lease', 'release_lease', 'release_expired_leases']

function relation(names: Names, kind: 'table' | 'view', name: string) {
  const full = names.fn(name)
  const comment = `pg_catalog.obj_description(pg_catalog.to_regclass(${literal(full)}), 'pg_class')`
  return { name: `${kind} ${full}`, drop: `drop ${kind} if exists ${full}`, comment }
}

/** The comments that mark what was made. */
export function markSql({ parts }: LockingObject): readonly string[] {
  return parts.map(({ name }) => `comment on ${name} is ${literal(mark)}`)
}
