import { around } from './call-bugs.js'
import { rewritten, without } from './mutated-db.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import { inStatement, type PostgresMutant } from './mutated-postgres.js'
import { syncTitles } from './sync-titles.js'

const { askedAgain, declinedAgain, forgotOnce, newsAtOnce, pulledBeside, unconnected, alive, brought, broughtOnce } = syncTitles
const subject = 'recordHistoryProgress'

export const memoryPushedMutants: readonly MemoryMutant[] = [
  {
    bug: 'a request leaves what came of the history before',
    subject,
    caughtBy: askedAgain,
    ...around('beginSync', async (input, send, { database }) => {
      const { people } = database.account(input.accountId)
      const before = people.inboxes.get(input.oaId)
      const answer = await send()
      if (before !== undefined) people.putInbox(before)
      return answer
    }),
  },
  {
    bug: 'a pulled session forgets what came of the history',
    subject,
    caughtBy: pulledBeside,
    ...around('beginSync', async (input, send, { database }) => {
      const { people } = database.account(input.accountId)
      const row = people.inboxes.get(input.oaId)
      if (row !== undefined) people.putInbox({ ...row, history: null })
      return send()
    }),
  },
  {
    bug: 'a pushed session counts nothing of what came',
    subject,
    caughtBy: brought,
    ...around('recordHistoryProgress', (input, send) =>
      send({ ...input, brought: { conversations: 0, created: 0, messages: 0, duplicates: 0 } }),
    ),
  },
]

const statement = (bug: string, caughtBy: string, replace: string | RegExp, by: string): PostgresMutant =>
  inStatement(1)(bug, subject, caughtBy, replace, by)

export const postgresPushedMutants: readonly PostgresMutant[] = [
  statement(
    'a request leaves how far the history before was',
    askedAgain,
    'history_progress = null',
    'history_progress = b.history_progress',
  ),
  statement(
    'a request leaves why the history before was declined',
    declinedAgain,
    'history_error = null, history_at',
    'history_error = b.history_error, history_at',
  ),
  statement('a request that is sent again forgets what came since', forgotOnce, ' and exists (select from begun)', ''),
  statement('a pushed session begins for an inbox that is not there', unconnected, ' and exists (select from inbox)', ''),
  statement('a body that says nothing new leaves the deadline where it was', alive, 'deadline_at = now.deadline, ', ''),
  statement(
    'a body that says nothing new is told as news of the inbox',
    alive,
    /case when held\.is_news then (.+?) else b\.updated_at end/,
    '$1',
  ),
  statement('a pushed session has the messages of its last body alone', brought, 'messages = s.messages + ', 'messages = '),
  statement('a body whose reply was lost is counted again', broughtOnce, 'and not held.is_seen', ''),
]

export const mongoPushedMutants: readonly MongoMutant[] = [
  {
    bug: 'a body leaves the deadline of the session where it was',
    subject,
    caughtBy: alive,
    commands: [
      {
        of: 'sync_state',
        by: ['updateOne'],
        change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, 'deadline_at')) }),
      },
    ],
  },
  {
    bug: 'a request leaves what came of the history before',
    subject,
    caughtBy: askedAgain,
    commands: [
      {
        of: 'inboxes',
        by: ['updateOne'],
        change: ({ body }) => ({ body: without(Object(body), '$unset') }),
      },
    ],
  },
  {
    bug: 'a request and news that come at once pass each other',
    subject,
    caughtBy: newsAtOnce,
    commands: [
      { of: 'inboxes', by: ['updateOne'], change: ({ body }) => ({ body: rewritten(body, (doc) => without(doc, 'operations')) }) },
    ],
    processes: 3,
    delayMs: 5,
    attempts: 10,
  },
]
