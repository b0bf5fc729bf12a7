import assert from 'node:assert/strict'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { losingReplies, retry } from '../../errors/losing-replies.js'
import { at } from '../../events.js'
import { column, holds, only, racing, upTo } from '../../expectations.js'
import { begun, completed, source } from './sync-calls.js'

export const beginSyncCases: CaseList = withJointWrites([
  {
    title: 'begins a session that has read nothing',
    async run({ scene, store, clock, raw }) {
      const { account, accountId, oaId } = scene(store({ clock: clock.now }))
      const now = clock.now()
      const session = await begun(account, oaId)
      const counts = { pages: 0, conversations: 0, created: 0, messages: 0, duplicates: 0, invalid: 0, unreadable: 0, elapsedMs: 0 }
      const nothing = {
        cursor: null,
        walk: null,
        since: null,
        beganAt: null,
        progress: null,
        finishedAt: null,
        deadlineAt: null,
        lastError: null,
      }
      const of = { sessionId: session.sessionId, accountId, oaId, origin: 'pulled', source, status: 'running', phase: 'list' }
      assert.deepEqual(session, { ...of, ...counts, ...nothing, startedAt: now, updatedAt: now })
      assert.deepEqual(await account.findSyncSession({ sessionId: session.sessionId }), session)
      const row = { account_id: accountId, session_id: session.sessionId, page_id: oaId, source, status: 'running', pages: 0 }
      holds(only(await raw.syncState(accountId)), { ...row, started_at: now, finished_at: null, cursor: null })
    },
  },
  {
    title: 'supersedes the unfinished session of the same inbox, and no other',
    async run({ scene, store, clock, raw, unique }) {
      const here = scene(store({ clock: clock.now }))
      const { account, accountId, oaId } = here
      const there = here.foreign().account
      const complete = await completed(account, await begun(account, oaId))
      const others = [complete, await begun(account, unique('oa'))]
      const theirs = await begun(there, oaId)
      const first = await begun(account, oaId, { source: 'another' })
      const now = clock.advance(1_000)
      const second = await begun(account, oaId)
      const find = (sessionId: string) => account.findSyncSession({ sessionId })
      assert.deepEqual(await find(first.sessionId), { ...first, status: 'superseded', updatedAt: now, finishedAt: now })
      assert.deepEqual(await find(second.sessionId), second)
      for (const other of others) assert.deepEqual(await find(other.sessionId), other)
      assert.deepEqual(await there.findSyncSession({ sessionId: theirs.sessionId }), theirs)
      assert.deepEqual(column(await raw.syncState(accountId), 'status'), ['completed', 'running', 'running', 'superseded'])
    },
  },
  {
    title: 'leaves one of 10 sessions that begin at once, and supersedes the others',
    async run({ scene, raw }) {
      const { account, accountId, oaId } = scene()
      await racing(10, () => begun(account, oaId))
      const statuses = column(await raw.syncState(accountId), 'status')
      assert.deepEqual(statuses, ['running', ...upTo(9).map(() => 'superseded')])
    },
  },
  {
    title: 'begins once when replies are lost',
    async run({ scene, storeOver, raw }) {
      const { accountId, oaId } = scene()
      const account = storeOver(losingReplies(2), { retry }).forAccount(accountId)
      const { sessionId } = await begun(account, oaId)
      holds(only(await raw.syncState(accountId)), { session_id: sessionId, status: 'running' })
    },
  },
  {
    title: 'stops, where it is incremental, at the start of the last complete session of the inbox and source',
    async run({ scene, store, clock, unique }) {
      const { account, oaId } = scene(store({ clock: clock.now }))
      const sinceOf = async (how: object = {}) => (await begun(account, oaId, { incremental: true, ...how })).since
      assert.equal(await sinceOf(), null)
      await completed(account, await begun(account, oaId), { beganAt: at(1) })
      clock.advance(1)
      await completed(account, await begun(account, oaId), { beganAt: at(2) })
      clock.advance(1)
      await completed(account, await begun(account, oaId, { source: 'another' }), { beganAt: at(3) })
      await completed(account, await begun(account, unique('oa')), { beganAt: at(4) })
      await account.writeSyncPage({ ...unfinished(await begun(account, oaId)), beganAt: at(5) })
      assert.deepEqual(await sinceOf(), at(2))
      assert.deepEqual(await sinceOf({ source: 'another' }), at(3))
      assert.equal(await sinceOf({ incremental: false }), null)
    },
  },
  {
    title: 'removes what finished too long ago, but never the last complete session of an inbox and source',
    async run({ scene, store, clock, raw, unique }) {
      const here = scene(store({ clock: clock.now }))
      const { account, accountId, oaId } = here
      const retainMs = 1_000
      const theirs = here.foreign()
      await completed(theirs.account, await begun(theirs.account, oaId))
      await completed(theirs.account, await begun(theirs.account, oaId))
      const old = await completed(account, await begun(account, oaId))
      clock.advance(1)
      const last = await completed(account, await begun(account, oaId))
      const ofAnother = await completed(account, await begun(account, oaId, { source: 'another' }))
      const superseded = await begun(account, oaId)
      const unfinished = await begun(account, oaId)
      clock.advance(retainMs - 2)
      await begun(account, unique('oa'), { retainMs })
      assert.deepEqual(await here.account.findSyncSession({ sessionId: old.sessionId }), old)
      clock.advance(1)
      await begun(account, unique('oa'), { retainMs })
      const left = async () => (await raw.syncState(accountId)).map(({ session_id }) => session_id)
      assert.ok(!(await left()).includes(old.sessionId))
      assert.ok((await left()).includes(superseded.sessionId))
      clock.advance(retainMs * 100)
      await begun(account, unique('oa'), { retainMs })
      assert.ok(!(await left()).includes(superseded.sessionId))
      for (const { sessionId } of [last, ofAnother, unfinished]) assert.ok((await left()).includes(sessionId))
      assert.equal((await raw.syncState(theirs.accountId)).length, 2)
    },
  },
])

function unfinished({ sessionId }: { readonly sessionId: string }) {
  return { sessionId, expectedPages: 0, conversations: [], phase: 'list', cursor: 'next' }
}
