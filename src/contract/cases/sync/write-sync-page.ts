import assert from 'node:assert/strict'
import { isConversationStoreError } from '../../../model/errors.js'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { losingReplies, retry } from '../../errors/losing-replies.js'
import { at, said } from '../../events.js'
import { column, holds, only, racing, rejects, tally } from '../../expectations.js'
import { begun, completed, pageOf } from './sync-calls.js'

export const writeSyncPageCases: CaseList = withJointWrites([
  {
    title: 'writes what a page has, and moves the session with it',
    async run({ scene, store, clock, raw }) {
      const { account, accountId, oaId, customerId, rows } = scene(store({ clock: clock.now }))
      const first = await begun(account, oaId)
      const now = clock.advance(1_000)
      const events = [said('m1'), said('m2', { direction: 'outbound' }), { type: 'referral' as const, eventId: 'r', occurredAt: at(0) }]
      const how = { read: 3, invalid: 2, unreadable: 4, walk: '{"a":1}', beganAt: at(7), elapsedMs: 250 }
      const { session, refused } = await account.writeSyncPage(pageOf(first, customerId, events, how))
      assert.deepEqual(refused, [])
      const counts = { pages: 1, conversations: 3, created: 1, messages: 2, duplicates: 0, invalid: 2, unreadable: 4, elapsedMs: 250 }
      assert.deepEqual(session, { ...first, ...counts, cursor: 'after 1', walk: '{"a":1}', beganAt: at(7), updatedAt: now })
      assert.deepEqual(await account.findSyncSession({ sessionId: first.sessionId }), session)
      holds(only(await raw.syncState(accountId)), { pages: 1, messages: 2, cursor: 'after 1', began_at: at(7), updated_at: now })
      assert.deepEqual(column(await rows.messages(), 'is_history'), [true, true])
      holds(only(await rows.conversations()), { unread_count: 0 })
    },
  },
  {
    title: 'adds to what the session has, and counts what is known as known',
    async run({ scene, raw }) {
      const { account, accountId, oaId, customerId, write } = scene()
      await write(said('live'))
      const first = await begun(account, oaId)
      const one = await account.writeSyncPage(pageOf(first, customerId, [said('live'), said('m1')], { beganAt: at(1), elapsedMs: 5 }))
      holds(one.session, { created: 0, messages: 1, duplicates: 1 })
      const how = { phase: 'head', cursor: null, beganAt: at(2), elapsedMs: 6 }
      const two = await account.writeSyncPage(pageOf(one.session, customerId, [said('m1'), said('m2')], how))
      holds(two.session, { phase: 'head', cursor: null, walk: null, beganAt: at(1), pages: 2, messages: 2, duplicates: 2, elapsedMs: 11 })
      holds(only(await raw.syncState(accountId)), { phase: 'head', cursor: null, walk: null, duplicates: 2 })
    },
  },
  {
    title: 'counts what is left out of a page once, though the page is read again',
    async run({ scene }) {
      const { account, accountId, oaId, customerId } = scene()
      const first = await begun(account, oaId)
      const refused = { oaId, customerId: `${customerId} 2`, history: true, events: [said('')] }
      const page = (session: typeof first, how: object) => {
        const { conversations, ...rest } = pageOf(session, customerId, [said('m1')], { invalid: 2, unreadable: 3, ...how })
        return account.writeSyncPage({ ...rest, conversations: [...conversations, refused] })
      }
      const one = await page(first, { phase: 'head' })
      holds(one.session, { invalid: 3, unreadable: 3 })
      const two = await page(one.session, { phase: 'head', isReread: true })
      assert.deepEqual(two.refused.length, 1)
      holds(two.session, { pages: 2, invalid: 3, unreadable: 3, messages: 1, duplicates: 1 })
      holds(await account.findSyncSession({ sessionId: first.sessionId }), { accountId, invalid: 3, unreadable: 3 })
    },
  },
  {
    title: 'completes a session by its last page, after which nothing is written to it',
    async run({ scene, store, clock, raw }) {
      const { account, accountId, oaId, customerId, rows } = scene(store({ clock: clock.now }))
      const first = await begun(account, oaId)
      const now = clock.advance(1_000)
      const done = await completed(account, first)
      holds(done, { status: 'completed', finishedAt: now, pages: 1 })
      const refused = account.writeSyncPage(pageOf(done, customerId, [said('m1')]))
      await rejects(refused, 'SYNC_SESSION_NOT_FOUND', { sessionId: first.sessionId })
      assert.deepEqual(await rows.messages(), [])
      holds(only(await raw.syncState(accountId)), { status: 'completed', finished_at: now, pages: 1 })
    },
  },
  {
    title: 'writes neither the page nor the cursor where one of the two is refused',
    async run({ scene, raw }) {
      const { account, accountId, oaId, customerId, rows } = scene()
      await account.connectInbox({ oaId, channel: 'messenger' })
      const session = await begun(account, oaId)
      const page = pageOf(session, customerId, [said('m1')])
      const conversations = [...page.conversations, { oaId, customerId: 'other', channel: 'sms', history: true, events: [said('m2')] }]
      await rejects(account.writeSyncPage({ ...page, conversations }), 'INBOX_CHANNEL_MISMATCH')
      await rejects(account.writeSyncPage({ ...page, expectedPages: 1 }), 'LEASE_LOST', { key: `sync ${oaId}`, reason: 'taken over' })
      await rejects(account.writeSyncPage({ ...page, sessionId: 'unknown' }), 'SYNC_SESSION_NOT_FOUND')
      assert.deepEqual([await rows.conversations(), await rows.messages()], [[], []])
      holds(only(await raw.syncState(accountId)), { pages: 0, cursor: null })
    },
  },
  {
    title: 'leaves out a conversation that is refused by itself, and writes its neighbours',
    async run({ scene, raw }) {
      const { account, accountId, oaId, customerId, rows } = scene()
      const session = await begun(account, oaId)
      const page = pageOf(session, customerId, [said('m1')])
      const bad = { oaId, customerId: '', history: true, events: [said('m2')] }
      const { refused } = await account.writeSyncPage({ ...page, conversations: [bad, ...page.conversations], invalid: 1 })
      assert.ok(isConversationStoreError(only(refused), 'VALIDATION_FAILED'))
      assert.deepEqual(column(await rows.messages(), 'message_id'), ['m1'])
      holds(only(await raw.syncState(accountId)), { invalid: 2, conversations: 2, messages: 1 })
    },
  },
  {
    title: 'writes and counts a page once whose reply was lost',
    async run({ scene, storeOver, raw }) {
      const { accountId, oaId, customerId, rows } = scene()
      const account = storeOver(losingReplies(2), { retry }).forAccount(accountId)
      const first = await begun(account, oaId)
      const { session } = await account.writeSyncPage(pageOf(first, customerId, [said('m1')], { elapsedMs: 9 }))
      holds(session, { pages: 1, messages: 1, duplicates: 0, elapsedMs: 9 })
      holds(await completed(account, session), { pages: 2, status: 'completed' })
      assert.equal((await rows.messages()).length, 1)
      holds(only(await raw.syncState(accountId)), { pages: 2, messages: 1 })
    },
  },
  {
    title: 'lets one of 10 callers write the page that comes next, and tells the others that they came too late',
    async run({ scene, raw }) {
      const { account, accountId, oaId, customerId, rows } = scene()
      const session = await begun(account, oaId)
      const outcomes = await racing(10, (index) =>
        account.writeSyncPage(pageOf(session, customerId, [said(`m${index}`)])).then(
          () => 'written',
          (error: unknown) => (isConversationStoreError(error) ? error.code : String(error)),
        ),
      )
      assert.deepEqual(tally(outcomes), { written: 1, LEASE_LOST: 9 })
      assert.equal((await rows.messages()).length, 1)
      holds(only(await raw.syncState(accountId)), { pages: 1, messages: 1 })
    },
  },
  {
    title: 'moves no session of another account',
    async run({ scene, raw }) {
      const ours = scene()
      const theirs = ours.foreign()
      const session = await begun(theirs.account, theirs.oaId)
      await rejects(ours.account.writeSyncPage(pageOf(session, 'lan', [said('m1')])), 'SYNC_SESSION_NOT_FOUND')
      assert.deepEqual(await ours.rows.messages(), [])
      holds(only(await raw.syncState(theirs.accountId)), { pages: 0 })
    },
  },
])
