import { without } from './mutated-db.js'
import type { MongoMutant } from './mutated-mongo.js'
import { inStatement, type PostgresMutant } from './mutated-postgres.js'
import { syncTitles } from './sync-titles.js'

const {
  supersedes,
  since,
  removed,
  atOnce,
  notFound,
  moved,
  adds,
  lostReply,
  late,
  failedOnce,
  finished,
  foreign,
  listed,
  statistics,
  locks,
  unanswered,
  beside,
} = syncTitles

const statement = inStatement(5)

export const postgresSyncMutants: readonly PostgresMutant[] = [
  statement(
    'sessions of all inboxes are superseded',
    'beginSync',
    supersedes,
    /s\.page_id = (\$\d+) and s\.origin = (\$\d+) and s\.finished_at is null and exists/,
    '$1::text is not null and s.origin = $2 and s.finished_at is null and exists',
  ),
  statement(
    'a session stops at what another source has read',
    'beginSync',
    since,
    /and l\.source = (\$\d+) and l\.status/,
    'and $1::text is not null and l.status',
  ),
  statement('a session stops where an unfinished one began', 'beginSync', since, "and l.status = 'completed'\n      order by", 'order by'),
  statement('the last complete session is removed too', 'beginSync', removed, "(o.status <> 'completed' or exists (", '(true or exists ('),
  statement(
    'a session is gone on with in any inbox',
    'SYNC_SESSION_NOT_FOUND',
    notFound,
    /and s\.page_id = (\$\d+) and s\.source/,
    'and $1::text is not null and s.source',
  ),
  statement(
    'a finished session is gone on with',
    'SYNC_SESSION_NOT_FOUND',
    notFound,
    "and s.origin = 'pulled' and s.finished_at is null\nreturning",
    "and s.origin = 'pulled'\nreturning",
  ),
  statement(
    'a page does not lock its session',
    'writeSyncPage',
    late,
    /(where s\.account_id = \$\d+ and s\.session_id = \$\d+) for update/,
    '$1',
  ),
  statement(
    'a page leaves the cursor where it was',
    'writeSyncPage',
    moved,
    /cursor = (\$\d+), walk/,
    'cursor = case when $1::text is null then null else s.cursor end, walk',
  ),
  statement(
    'the beginning by the source’s clock moves on',
    'writeSyncPage',
    adds,
    /coalesce\(s\.began_at, (\$\d+::timestamptz)\)/,
    'coalesce($1, s.began_at)',
  ),
  statement(
    'a failure is timed twice',
    'failSync',
    failedOnce,
    /case when s\.operation_id = (\$\d+)::text then 0/,
    'case when $1::text is null then 0',
  ),
  statement(
    'a failure is noted of a finished session',
    'failSync',
    finished,
    /(s\.session_id = \$\d+) and s\.finished_at is null\nreturning/,
    '$1\nreturning',
  ),
  statement(
    'a session is found in every account',
    'findSyncSession',
    foreign,
    /where s\.account_id = (\$\d+) and s\.session_id = (\$\d+)$/,
    'where $1::text is not null and s.session_id = $2',
  ),
  statement(
    'a list of sessions begins with the oldest',
    'listSyncSessions',
    listed,
    'order by s.started_at desc, s.session_id desc',
    'order by s.started_at, s.session_id',
  ),
  statement('unfinished sessions count as ended', 'syncStatistics', statistics, 'count(s.finished_at) as ended', 'count(*) as ended'),
  statement('a lock of another kind counts', 'syncStatistics', locks, "and l.kind = 'sync' and", 'and'),
  statement(
    'a pulled session supersedes a pushed one',
    'recordHistoryProgress',
    beside,
    /and s\.origin = (\$\d+) and s\.finished_at is null and exists/,
    'and $1::text is not null and s.finished_at is null and exists',
  ),
  statement(
    'a history that was never answered goes on',
    'recordHistoryProgress',
    unanswered,
    'and s.deadline_at <= ',
    'and false and s.deadline_at <= ',
  ),
]

const commands = (
  bug: string,
  subject: MongoMutant['subject'],
  caughtBy: string,
  by: NonNullable<MongoMutant['commands']>[number]['by'],
  change: NonNullable<MongoMutant['commands']>[number]['change'],
): MongoMutant => ({ bug, subject, caughtBy, commands: [{ of: 'sync_state', by, change }] })

export const mongoSyncMutants: readonly MongoMutant[] = [
  commands('sessions of all inboxes are superseded', 'beginSync', supersedes, ['updateMany'], ({ filter }) => ({
    filter: 'unfinished' in filter ? without(filter, 'page_id') : filter,
  })),
  commands('a session stops at what another source has read', 'beginSync', since, ['findOne'], ({ filter }) => ({
    filter: without(filter, 'source'),
  })),
  commands('the last complete session is removed too', 'beginSync', removed, ['updateOne'], ({ body }) => {
    const { $set = {}, ...rest } = body as { $set?: Record<string, unknown> }
    return { body: { ...rest, $set: $set.latest === true ? { ...$set, clearable_at: $set.finished_at } : $set } }
  }),
  {
    bug: 'an inbox has several unfinished sessions',
    subject: 'beginSync',
    caughtBy: atOnce,
    dropIndexes: [{ of: 'sync_state', name: 'idx_sync_state_unfinished' }],
    processes: 5,
    delayMs: 5,
    attempts: 10,
  },
  commands('a page leaves the cursor where it was', 'writeSyncPage', moved, ['updateOne'], ({ body }) => {
    const { $set = {}, ...rest } = body as { $set?: Record<string, unknown> }
    return { body: { ...rest, $set: without($set, 'cursor') } }
  }),
  commands('a page that is sent again is not known', 'writeSyncPage', lostReply, ['updateOne'], ({ body }) => {
    const { $set = {}, ...rest } = body as { $set?: Record<string, unknown> }
    return { body: { ...rest, $set: without($set, 'operation_id') } }
  }),
  commands('a session is found in every account', 'findSyncSession', foreign, ['findOne'], ({ filter }) => ({
    filter: '_id' in filter ? without(filter, 'accountId') : filter,
  })),
  commands('a list of sessions begins with the oldest', 'listSyncSessions', listed, ['find'], ({ options }) => ({
    options: 'batchSize' in options ? { ...options, sort: { started_at: 1, _id: 1 } } : options,
  })),
  commands('a pulled session supersedes a pushed one', 'recordHistoryProgress', beside, ['updateMany'], ({ filter }) => ({
    filter: 'origin' in filter ? without(filter, 'origin') : filter,
  })),
  commands('a history that was never answered goes on', 'recordHistoryProgress', unanswered, ['updateMany'], ({ filter }) => ({
    filter: 'deadline_at' in filter ? { ...filter, deadline_at: { $lte: new Date(0) } } : filter,
  })),
]
