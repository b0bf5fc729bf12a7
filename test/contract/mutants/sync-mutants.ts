import type { SyncRow } from '../../../src/model/planning/sync-sessions.js'
import { without } from './mutated-db.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { PostgresMutant } from './mutated-postgres.js'

const supersedes = 'supersedes the unfinished session of the same inbox, and no other'
const since = 'stops, where it is incremental, at the start of the last complete session of the inbox and source'
const removed = 'removes what finished too long ago, but never the last complete session of an inbox and source'
const atOnce = 'leaves one of 10 sessions that begin at once, and supersedes the others'
const notFound = 'is the answer for a session that is finished, superseded, unknown, another account’s, or of another inbox or source'
const moved = 'writes what a page has, and moves the session with it'

const completed = 'completes a session by its last page, after which nothing is written to it'
const adds = 'adds to what the session has, and counts what is known as known'
const lostReply = 'writes and counts a page once whose reply was lost'
const late = 'lets one of 10 callers write the page that comes next, and tells the others that they came too late'
const failedOnce = 'counts the time of a failure once whose reply was lost'
const finished = 'changes no session that is finished, nor another account’s'
const foreign = 'finds a session of the account, and none of another'
const listed = 'lists the sessions that began last first, of all inboxes, of one, or of one status'
const statistics = 'tells how the syncs of an inbox went, over all its sessions'
const locks = 'tells what has never ended as unknown, and whether somebody has the lock or let it run out'

type Input = Record<string, unknown>

/** Sends a call of this name with another input than the core's. */
function sending(name: string, change: (input: Input) => Input): Pick<MemoryMutant, 'call'> {
  return { call: (call) => call.send(call.name === name ? change(call.input as Input) : call.input) }
}

/** Changes what is stored of a session before a call of this name. */
function before(name: string, change: (row: SyncRow, input: Input) => SyncRow): Pick<MemoryMutant, 'call'> {
  return {
    call(call, { database }) {
      const input = call.input as Input
      const { syncSessions } = database.account(String(input.accountId))
      const row = call.name === name ? syncSessions.get(String(input.sessionId)) : undefined
      if (row !== undefined) syncSessions.set(row.sessionId, change(row, input))
      return call.send()
    },
  }
}

export const memorySyncMutants: readonly MemoryMutant[] = [
  {
    bug: 'a session begins beside the one that was there',
    subject: 'beginSync',
    caughtBy: supersedes,
    async call(call, { database }) {
      const { accountId, oaId } = call.input as { accountId: string; oaId: string }
      const { syncSessions } = database.account(accountId)
      const there = call.name === 'beginSync' ? [...syncSessions.values()].filter((row) => row.oaId === oaId) : []
      const answer = await call.send()
      for (const row of there) syncSessions.set(row.sessionId, row)
      return answer
    },
  },
  {
    bug: 'every session is incremental',
    subject: 'beginSync',
    caughtBy: since,
    ...sending('beginSync', (input) => ({ ...input, incremental: true })),
  },
  {
    bug: 'finished sessions are removed at once',
    subject: 'beginSync',
    caughtBy: removed,
    ...sending('beginSync', (input) => ({ ...input, retainMs: 0 })),
  },
  {
    bug: 'a session is gone on with by whatever source',
    subject: 'SYNC_SESSION_NOT_FOUND',
    caughtBy: notFound,
    ...before('resumeSync', (row, { source }) => ({ ...row, source: String(source) })),
  },
  {
    bug: 'a page is written whatever came before it',
    subject: 'writeSyncPage',
    caughtBy: late,
    ...before('writeSyncPage', (row, { expectedPages }) => ({ ...row, pages: Number(expectedPages) })),
  },
  {
    bug: 'a page that is sent again is another one',
    subject: 'writeSyncPage',
    caughtBy: lostReply,
    call: (call, { database }) => {
      const input = call.input as Input
      const row = database.account(String(input.accountId)).syncSessions.get(String(input.sessionId))
      const isPage = call.name === 'writeSyncPage' && row !== undefined
      return call.send(isPage ? { ...input, operationId: `${input.operationId} ${row.pages}`, expectedPages: row.pages } : input)
    },
  },
  {
    bug: 'the beginning by the source’s clock moves on',
    subject: 'writeSyncPage',
    caughtBy: adds,
    ...before('writeSyncPage', (row) => ({ ...row, beganAt: null })),
  },
  {
    bug: 'a page is written to a finished session',
    subject: 'writeSyncPage',
    caughtBy: completed,
    ...before('writeSyncPage', (row) => ({ ...row, finishedAt: null })),
  },
  {
    bug: 'a list of sessions forgets the inbox',
    subject: 'listSyncSessions',
    caughtBy: listed,
    ...sending('listSyncSessions', (input) => ({ ...input, oaId: null })),
  },
]

const statement = (
  bug: string,
  subject: PostgresMutant['subject'],
  caughtBy: string,
  replace: string | RegExp,
  by: string,
): PostgresMutant => ({
  bug,
  subject,
  caughtBy,
  statements: [{ replace, by }],
  attempts: 5,
})

export const postgresSyncMutants: readonly PostgresMutant[] = [
  statement(
    'sessions of all inboxes are superseded',
    'beginSync',
    supersedes,
    /s\.page_id = (\$\d+) and s\.origin = 'pulled' and s\.finished_at is null and not/,
    "$1::text is not null and s.origin = 'pulled' and s.finished_at is null and not",
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
]
