import assert from 'node:assert/strict'
import { type CaseList, withEvents } from '../contract-case.js'
import { at, said } from '../events.js'
import { holds, only, rejects, upTo } from '../expectations.js'
import { losingReplies, retry } from './losing-replies.js'

const withStoredEvents = withEvents([
  {
    title: 'applies events once whose reply was lost, and answers as the lost reply would have',
    async run({ storeOver, scene }) {
      const { account, key, write, rows } = scene(storeOver(losingReplies(2), { retry }))
      const events = [said('m1'), { type: 'postback' as const, payload: { a: 1 }, occurredAt: at(1) }]
      const result = await account.upsertConversationWithEvents({ ...key, nickname: 'Lan', events })
      assert.equal(result.outcome, 'created')
      assert.deepEqual(result.events, [{ outcome: 'stored' }, { outcome: 'stored' }])
      assert.equal(result.duplicates, 0)
      holds(result.conversation, { nickname: 'Lan', lastSeq: 1, unreadCount: 1, version: 0 })
      const second = await write(said('m2'), { type: 'reaction', targetMessageId: 'm1', emoji: '❤', occurredAt: at(2) })
      assert.equal(second.outcome, 'updated')
      assert.deepEqual(second.events, [{ outcome: 'stored' }, { outcome: 'stored' }])
      holds(only(await rows.conversations()), { version: 1, last_seq: 2, unread_count: 2, last_event_seq: 4 })
      const receipt = await write({ type: 'receipt', status: 'read', watermark: at(9), occurredAt: at(9) })
      assert.equal(receipt.outcome, 'unchanged')
    },
  },
  {
    title: 'answers for a notice of changed ids as the lost reply would have, whatever other event has its id',
    async run({ storeOver, scene }) {
      const { write, customerId } = scene(storeOver(losingReplies(1), { retry }))
      const current = [customerId, `${customerId} 2`].map((id) => ({ id, kind: 'phone' }))
      const { events, duplicates } = await write(
        { type: 'postback', eventId: 'e1', payload: {}, occurredAt: at(1) },
        { type: 'identity_change', eventId: 'e1', previous: [{ id: `${customerId} 3`, kind: 'lid' }], current, occurredAt: at(1) },
      )
      assert.deepEqual(events, [{ outcome: 'stored' }, { outcome: 'unchanged' }])
      assert.equal(duplicates, 0)
    },
  },
  {
    title: 'changes the conversation once of a person of whom two notices of one call tell the same, whose reply was lost',
    async run({ storeOver, scene }) {
      const teller = scene(storeOver(losingReplies(1), { retry }))
      const told = teller.another()
      const sound = teller.another()
      await told.write(said('m1'))
      const notice = (minute: number) => ({
        type: 'identity_change' as const,
        previous: [{ id: told.customerId, kind: 'user_id' }],
        current: [{ id: sound.customerId, kind: 'phone' }],
        occurredAt: at(minute),
      })
      await teller.write(notice(2), notice(1))
      holds(only(await teller.rows.conversations()), { version: 1 })
    },
  },
  {
    title: 'applies every item of a bulk call once whose reply was lost',
    async run({ storeOver, scene }) {
      const { account, oaId, rows } = scene(storeOver(losingReplies(2), { retry }))
      const conversations = upTo(5).map((index) => ({
        oaId,
        customerId: `c${index % 3}`,
        nickname: `n${index}`,
        events: [said(`m${index}`)],
      }))
      const results = await account.bulkUpsertConversationsWithEvents({ conversations })
      const outcomes = results.map((result) => (result.ok ? result.outcome : 'failed'))
      assert.deepEqual(outcomes, ['created', 'created', 'created', 'updated', 'updated'])
      for (const result of results) holds(result, { duplicates: 0 })
      assert.equal((await rows.messages()).length, 5)
      assert.deepEqual((await rows.conversations()).map((row) => row.version).sort(), [0, 1, 1])
    },
  },
  {
    title: 'knows a lost operation after its conversation was closed',
    async run({ store, storeOver, scene }) {
      const { account, key, accountId, rows } = scene()
      const closing = () => store().forAccount(accountId).closeConversation(key)
      const losing = storeOver(losingReplies(1, closing), { retry }).forAccount(accountId)
      const { outcome } = await losing.upsertConversationWithEvents({ ...key, events: [said('m1')] })
      assert.equal(outcome, 'created')
      holds(only(await rows.conversations()), { status: 'closed', last_seq: 1, version: 1 })
      assert.equal(await account.findByOaAndCustomer(key), null)
    },
  },
])

export const lostReplyCases: CaseList = [
  ...withStoredEvents,
  {
    title: 'never comes of one lost reply: every write is applied once, with its outcome',
    async run({ storeOver, scene, clock }) {
      const { account, key, rows } = scene(storeOver(losingReplies(2), { retry, clock: clock.now }))
      assert.equal((await account.upsertConversation(key)).outcome, 'created')
      assert.equal((await account.upsertConversation({ ...key, nickname: 'a', expectedVersion: 0 })).outcome, 'updated')
      assert.equal((await account.updateConversation({ ...key, nickname: 'b', expectedVersion: 1 })).outcome, 'updated')
      assert.equal((await account.updateNickname({ ...key, nickname: 'c', expectedVersion: 2 })).outcome, 'updated')
      assert.equal((await account.snoozeConversation({ ...key, until: clock.now(), expectedVersion: 3 })).outcome, 'updated')
      assert.equal((await account.wakeDue()).length, 1)
      const { conversation } = await account.closeConversation({ ...key, expectedVersion: 5 })
      assert.equal(conversation.version, 6)
      const reopened = await account.reopenConversation({ ...key, expectedVersion: 6 })
      assert.equal(reopened.outcome, 'reopened')
      holds(only(await rows.conversations()), { version: 7, nickname: 'c', status: 'open' })
      await account.closeConversation(key)
      assert.equal((await account.upsertConversation({ ...key, onClosed: 'reopen' })).outcome, 'reopened')
      await account.closeConversation(key)
      assert.equal((await account.upsertConversation({ ...key, onClosed: 'new' })).outcome, 'created')
      assert.equal((await rows.conversations()).length, 2)
      holds(await account.updateContact({ ...key, name: 'Mrs Lan' }), { name: 'Mrs Lan' })
    },
  },
  {
    title: 'connects and disconnects an inbox once whose replies were lost',
    needs: ['joint writes'],
    async run({ storeOver, scene, raw }) {
      const { account, oaId } = scene(storeOver(losingReplies(2), { retry }))
      const inbox = await account.connectInbox({ oaId, channel: 'api', name: 'x' })
      holds(await raw.owner('api', oaId), { inbox_id: inbox.id })
      holds(await account.disconnectInbox({ oaId }), { status: 'disconnected' })
    },
  },
  {
    title: 'keeps a username that was adopted under a lost reply',
    needs: ['joint writes'],
    async run({ storeOver, scene }) {
      const old = scene(storeOver(losingReplies(), { retry }))
      const { account } = old
      const claim = { customerUsername: 'lan', matchUsername: true }
      await account.upsertConversation({ ...old.key, ...claim })
      const { outcome, conversation } = await account.upsertConversation({ ...old.another().key, ...claim, nickname: 'x' })
      assert.equal(outcome, 'adopted')
      assert.equal(conversation.version, 1)
    },
  },
  {
    title: 'tells the host, with the outcome unknown, when every reply is lost',
    async run({ storeOver, scene }) {
      const { account, key, rows } = scene(storeOver(losingReplies(99), { retry }))
      const error = await rejects(account.upsertConversation(key), 'COMMIT_OUTCOME_UNKNOWN')
      assert.equal(error.outcome, 'unknown')
      assert.equal(error.retryable, false)
      assert.ok(error.details.operationId.length > 0)
      only(await rows.conversations())
    },
  },
]
