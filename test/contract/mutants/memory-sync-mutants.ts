import type { SyncRow } from '../../../src/model/planning/sync-sessions.js'
import type { MemoryMutant } from './mutated-memory.js'
import { syncTitles } from './sync-titles.js'

const { supersedes, since, removed, notFound, completed, adds, lostReply, late, listed, declined, unanswered } = syncTitles

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
  {
    bug: 'a history that was declined goes on',
    subject: 'recordHistoryProgress',
    caughtBy: declined,
    async call(call, { database }) {
      const answer = await call.send()
      const { syncSessions } = database.account(String((call.input as Input).accountId))
      const failed = call.name === 'recordHistoryProgress' ? [...syncSessions.values()].filter(({ status }) => status === 'failed') : []
      for (const row of failed) syncSessions.set(row.sessionId, { ...row, status: 'running', finishedAt: null })
      return answer
    },
  },
  {
    bug: 'a history that was never answered goes on',
    subject: 'recordHistoryProgress',
    caughtBy: unanswered,
    call(call, { database }) {
      const { syncSessions } = database.account(String((call.input as Input).accountId))
      if (call.name === 'sweep') for (const row of syncSessions.values()) syncSessions.set(row.sessionId, { ...row, deadlineAt: null })
      return call.send()
    },
  },
]
