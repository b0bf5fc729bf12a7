import assert from 'node:assert/strict'
import { type CaseList, withEvents } from '../contract-case.js'
import { at, replied, said, sending } from '../events.js'
import { holds, present, racing, rejects, upTo } from '../expectations.js'

const withStoredEvents = withEvents([
  {
    title: 'gives every event once in eventSeq order, after the one that was named, whatever the page size',
    async run({ scene }) {
      const { account, write } = scene()
      const { conversation } = await write(...upTo(60).map((index) => said(`m${index}`, { occurredAt: at(60 - index) })))
      const conversationId = present(conversation).id
      for (const limit of [1, 7, 50, 500]) {
        for (const afterEventSeq of [0, 13, 60, 99]) {
          const seqs: number[] = []
          for await (const { eventSeq } of account.listEvents({ conversationId, afterEventSeq, limit })) seqs.push(eventSeq)
          assert.deepEqual(seqs, upTo(60).slice(afterEventSeq), `after ${afterEventSeq}, ${limit} a page`)
        }
      }
      assert.equal((await account.listEvents({ conversationId })).items.length, 50)
    },
  },
  {
    title: 'says of an event what it was and to what',
    async run({ scene }) {
      const { account, accountId, customerId, write, rows } = scene()
      const { conversation } = await write(
        said('m1'),
        { type: 'postback', messageId: 'p1', payload: { $p: [1, { 'a.b': null }] }, occurredAt: at(1) },
        { type: 'message_delete', targetMessageId: 'm1', occurredAt: at(2) },
        { type: 'reaction', targetMessageId: 'm1', emoji: '$❤', occurredAt: at(3), sender: { id: 'agent-1', type: 'agent' } },
      )
      const { id: conversationId } = present(conversation)
      const contactInboxId = (await rows.contactInboxes())[0]?.id
      const { items } = await account.listEvents({ conversationId })
      for (const item of items) holds(item, { accountId, conversationId, contactInboxId })
      holds(items[0], {
        type: 'message',
        messageId: 'm1',
        targetMessageId: null,
        payload: null,
        direction: 'inbound',
        senderId: customerId,
      })
      holds(items[1], { type: 'postback', messageId: 'p1', payload: { $p: [1, { 'a.b': null }] }, occurredAt: at(1) })
      holds(items[2], { type: 'message_delete', messageId: null, targetMessageId: 'm1', occurredAt: at(2) })
      holds(items[3], { type: 'reaction', targetMessageId: 'm1', senderId: 'agent-1', payload: { emoji: '$❤' } })
    },
  },
  {
    title: 'keeps the event of an echo as it came after its message became one with the reply',
    async run({ scene }) {
      const { account, write } = scene()
      await write(sending('l1', { occurredAt: at(1), sender: { id: 'agent-1', type: 'agent' } }))
      const { conversation } = await write(replied('m1', { occurredAt: at(2), sender: { id: 'bot-1', type: 'bot' } }))
      const conversationId = present(conversation).id
      const before = (await account.listEvents({ conversationId })).items
      holds(before[0], { messageId: null, localId: 'l1', senderId: 'agent-1', direction: 'outbound', occurredAt: at(1) })
      holds(before[1], { messageId: 'm1', localId: null, senderId: 'bot-1', direction: 'outbound', occurredAt: at(2) })
      await write({ type: 'message_sent', localId: 'l1', messageId: 'm1', occurredAt: at(3) })
      assert.equal((await account.listMessages({ conversationId })).items.length, 1)
      const after = (await account.listEvents({ conversationId })).items
      assert.deepEqual(after.slice(0, 2), before)
      holds(after[2], { type: 'message_sent', targetMessageId: 'm1', localId: 'l1', eventSeq: 3 })
    },
  },
  {
    title: 'skips no event that commits late, for a reader that follows while 30 writers write',
    async run({ scene }) {
      const { account, write } = scene()
      const conversationId = present((await write(said('m0'))).conversation).id
      const seen: number[] = []
      let isWriting = true
      const follow = async () => {
        for (;;) {
          const wasWriting = isWriting
          for await (const { eventSeq } of account.listEvents({ conversationId, afterEventSeq: seen.at(-1) ?? 0 })) seen.push(eventSeq)
          if (!wasWriting) return
        }
      }
      const following = follow()
      await racing(30, (index) => write(said(`m${index}`)))
      isWriting = false
      await following
      assert.deepEqual(seen, upTo(31))
    },
  },
  {
    title: 'keeps conversations and accounts apart, and lists none that wait',
    async run({ scene }) {
      const { account, key, foreign, write } = scene()
      const first = present((await write(said('m1'), { type: 'message_delete', targetMessageId: 'm9', occurredAt: at(1) })).conversation)
      await account.closeConversation(key)
      await write(said('m2'))
      assert.deepEqual(
        (await account.listEvents({ conversationId: first.id })).items.map(({ messageId }) => messageId),
        ['m1'],
      )
      assert.deepEqual(await foreign().account.listEvents({ conversationId: first.id }), { items: [], nextCursor: null })
    },
  },
])

export const listEventsCases: CaseList = [
  ...withStoredEvents,
  {
    title: 'has none for a conversation to which only its own changes came, nor for an unknown one',
    async run({ scene }) {
      const { account, key, open } = scene()
      const { id } = await open()
      await account.updateNickname({ ...key, nickname: 'Lan' })
      await account.closeConversation(key)
      assert.deepEqual(await account.listEvents({ conversationId: id }), { items: [], nextCursor: null })
      assert.deepEqual(await account.listEvents({ conversationId: 'unknown' }), { items: [], nextCursor: null })
    },
  },
  {
    title: 'refuses limits, positions and cursors that are none',
    async run({ scene }) {
      const { account } = scene()
      for (const limit of [0, -1, 501, 1.5, '5' as never]) {
        await rejects(account.listEvents({ conversationId: 'c', limit }), 'VALIDATION_FAILED')
      }
      for (const afterEventSeq of [-1, 0.5, Number.NaN, '5' as never, { $gt: 0 } as never]) {
        await rejects(account.listEvents({ conversationId: 'c', afterEventSeq }), 'VALIDATION_FAILED')
      }
      await rejects(account.listEvents({ conversationId: 'c', cursor: 'nonsense' }), 'VALIDATION_FAILED')
      await rejects(account.listEvents({ conversationId: ['c'] as never }), 'VALIDATION_FAILED')
      await rejects(account.listEvents({ conversationId: 'c' }, { signal: AbortSignal.abort() }), 'ABORTED')
    },
  },
]
