import assert from 'node:assert/strict'
import { type CaseList, withEvents } from '../contract-case.js'
import { said, sending } from '../events.js'
import { only, present, rejects } from '../expectations.js'

const withMessages = withEvents([
  {
    title: 'finds a message by our id, by the channel’s and by the host’s',
    async run({ scene }) {
      const { account, key, write, rows, accountId } = scene()
      const { conversation } = await write(said('m1'), { ...sending('l1'), messageId: 'm2' })
      const message = present(await account.findMessage({ ...key, messageId: 'm1' }))
      assert.equal(message.accountId, accountId)
      assert.equal(message.conversationId, conversation?.id)
      assert.deepEqual(await account.findMessage({ id: message.id }), message)
      const reply = present(await account.findMessage({ ...key, localId: 'l1' }))
      assert.deepEqual(await account.findMessage({ ...key, messageId: 'm2' }), reply)
      assert.deepEqual(await account.findMessage({ id: reply.id }), reply)
      assert.equal(only((await rows.messages()).filter((row) => row.id === reply.id)).local_id, 'l1')
    },
  },
  {
    title: 'answers null for what is unknown, another customer’s or another account’s',
    async run({ scene }) {
      const { account, key, another, foreign, write, oaId } = scene()
      await write(said('m1'), sending('l1'))
      const { id } = present(await account.findMessage({ ...key, messageId: 'm1' }))
      assert.equal(await account.findMessage({ id: `${id}x` }), null)
      assert.equal(await account.findMessage({ ...key, messageId: 'm2' }), null)
      assert.equal(await account.findMessage({ ...key, messageId: 'l1' }), null)
      assert.equal(await account.findMessage({ ...key, localId: 'm1' }), null)
      assert.equal(await account.findMessage({ ...another().key, messageId: 'm1' }), null)
      assert.equal(await account.findMessage({ oaId: 'another', customerId: key.customerId, messageId: 'm1' }), null)
      const theirs = foreign()
      assert.equal(await theirs.account.findMessage({ id }), null)
      assert.equal(await theirs.account.findMessage({ oaId, customerId: key.customerId, messageId: 'm1' }), null)
      await theirs.write(said('m9'))
      assert.equal(await theirs.account.findMessage({ ...key, messageId: 'm1' }), null)
    },
  },
  {
    title: 'finds messages of closed conversations',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(said('m1'))
      await account.closeConversation(key)
      assert.equal((await account.findMessage({ ...key, messageId: 'm1' }))?.text, 'text of m1')
    },
  },
])

export const findMessageCases: CaseList = [
  ...withMessages,
  {
    title: 'refuses whatever is no id, and a key that names nothing or two things',
    async run({ scene }) {
      const { account, key } = scene()
      for (const value of [{ $ne: null }, ['a'], '', 5, null, undefined]) {
        await rejects(account.findMessage({ id: value as never }), 'VALIDATION_FAILED')
        await rejects(account.findMessage({ ...key, messageId: value as never }), 'VALIDATION_FAILED')
        await rejects(account.findMessage({ ...key, localId: value as never }), 'VALIDATION_FAILED')
      }
      await rejects(account.findMessage({ ...key, messageId: 'a', localId: 'b' }), 'VALIDATION_FAILED')
      await rejects(account.findMessage({ id: 'a' }, { signal: AbortSignal.abort() }), 'ABORTED')
      assert.equal(await account.findMessage({ id: 'a' }), null)
    },
  },
]
