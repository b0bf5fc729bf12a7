import { quote } from '../postgres/names.js'
import type { LockingAnswers, LockingTables } from './locking-types.js'
import { literal } from './postgres/conditions.js'

/**
 * The queries that tell whether a database has the locking, each with one number. They name no schema, and look into
 * those of the search path, so that the same text runs on a host's tables and on the views of `legacyViews`.
 */
export function lockingQueries({ conversations = {}, events = {} }: LockingTables = {}): Readonly<Record<keyof LockingAnswers, string>> {
  const { name = 'messenger_conversations', id = 'conversation_id', senderId = 'sender_id', pageId = 'page_id' } = conversations
  const { name: eventsName = 'contact_interaction_events', conversationId = 'conversation_id' } = events
  const here = (column: string) => `${column} = any (current_schemas(false))`
  const from = quote(name)
  return {
    versionColumns: `select count(*) from information_schema.columns where ${here('table_schema')} and table_name = ${literal(name)} and column_name = 'version'`,
    eventIndexes: `select count(*) from pg_indexes where ${here('schemaname')} and indexname in ('idx_unique_event_by_message', 'idx_unique_event_by_timestamp')`,
    tables: `select count(*) from information_schema.tables where ${here('table_schema')} and table_name in ('sync_state', 'sync_locks')`,
    functions: `select count(*) from information_schema.routines where ${here('routine_schema')} and routine_name in ('acquire_sync_lock', 'extend_sync_lock', 'release_sync_lock', 'cleanup_expired_locks')`,
    views: `select count(*) from information_schema.views where ${here('table_schema')} and table_name in ('active_syncs', 'sync_statistics')`,
    conversations: `select count(*) from ${from}`,
    withoutEvents: `select count(*) from (select c.${quote(id)}, count(e.${quote(conversationId)}) as event_count from ${from} c left join ${quote(eventsName)} e on e.${quote(conversationId)} = c.${quote(id)} group by c.${quote(id)}) counted where event_count = 0`,
    duplicates: `select count(*) from (select 1 from ${from} group by ${quote(senderId)}, ${quote(pageId)} having count(*) > 1) doubles`,
  }
}

/** What the answers should be, and are not. */
export function lockingProblems(answers: LockingAnswers): readonly string[] {
  const expected = { versionColumns: 1, eventIndexes: 2, tables: 2, functions: 4, views: 2 } as const
  const words = {
    versionColumns: 'version column',
    eventIndexes: 'unique event indexes',
    tables: 'sync tables',
    functions: 'sync functions',
    views: 'sync views',
  }
  const wrong = (Object.keys(expected) as (keyof typeof expected)[]).filter((name) => answers[name] !== expected[name])
  return [
    ...wrong.map((name) => `There should be ${expected[name]} ${words[name]}, and there are ${answers[name]}: add the locking.`),
    ...(answers.withoutEvents > 0 ? [`${answers.withoutEvents} conversation(s) have no event.`] : []),
    ...(answers.duplicates > 0 ? [`${answers.duplicates} customer(s) have several conversations: merge the duplicates.`] : []),
  ]
}
