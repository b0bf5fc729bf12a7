import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import { withEvents } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { closeIfActive, column, holds, only, present, racing, tally, upTo } from '../../expectations.js'

export const raceCases = withEvents([
  {
    title: 'gives 50 concurrent first messages one conversation, seq 1 to 50, unread 50 and version 49',
    async run({ scene }) {
      const { write, rows } = scene()
      const results = await racing(50, (index) => write(said(`m${index}`, { occurredAt: at(index) })))
      assert.deepEqual(tally(results.map(({ outcome }) => outcome)), { created: 1, updated: 49 })
      assert.deepEqual(
        results.map(({ conversation }) => present(conversation).version).sort((a, b) => a - b),
        [0, ...upTo(49)],
      )
      const conversation = only(await rows.conversations(), 'conversation')
      holds(conversation, { unread_count: 50, last_seq: 50, last_event_seq: 50, version: 49, last_message_at: at(50) })
      assert.equal(conversation.last_message_preview, 'text of m50')
      assert.deepEqual(column(await rows.messages(), 'seq'), upTo(50))
      assert.deepEqual(column(await rows.events(), 'event_seq'), upTo(50))
      only(await rows.contacts())
    },
  },
  {
    title: 'stores each of 25 messages once that are sent twice at the same time',
    async run({ scene }) {
      const { write, rows } = scene()
      const results = await racing(50, (index) => write(said(`m${index % 25}`)))
      assert.equal(
        results.reduce((sum, { duplicates }) => sum + duplicates, 0),
        25,
      )
      assert.deepEqual(tally(results.map(({ outcome }) => outcome)), { created: 1, updated: 24, duplicate: 25 })
      holds(only(await rows.conversations()), { unread_count: 25, last_seq: 25, version: 24 })
      assert.deepEqual(column(await rows.messages(), 'seq'), upTo(25))
      assert.equal((await rows.events()).length, 25)
    },
  },
  {
    title: 'loses no message to concurrent closing: every one is in a conversation, each seq without a hole',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await racing(40, async (index) => {
        if (index % 4) await write(said(`m${index}`))
        else await closeIfActive(account, key)
      })
      const messages = await rows.messages()
      assert.equal(messages.length, 30)
      const conversations = await rows.conversations()
      assert.ok(conversations.filter((row) => row.status !== 'closed').length <= 1)
      for (const conversation of conversations) {
        const seqs = column(
          messages.filter((row) => row.conversation_id === conversation.id),
          'seq',
        )
        assert.deepEqual(seqs, upTo(seqs.length))
        holds(conversation, { last_seq: seqs.length, unread_count: seqs.length })
      }
    },
  },
  {
    title: 'ends in one row per reply when replies, echoes and confirmations race',
    async run({ scene }) {
      const { write, rows } = scene()
      await write(said('m0'))
      await racing(10, (index) =>
        Promise.all([
          write(sending(`l${index}`)),
          write(replied(`m${index}`, { occurredAt: at(1) })),
          write({ type: 'message_sent', localId: `l${index}`, messageId: `m${index}`, occurredAt: at(1) }),
        ]),
      )
      const messages = await rows.messages()
      assert.equal(messages.length, 11)
      const seqs = column(messages, 'seq')
      assert.equal(new Set(seqs).size, 11)
      for (const index of upTo(10)) {
        holds(
          messages.find((row) => row.message_id === `m${index}`),
          { local_id: `l${index}`, status: 'sent' },
        )
      }
      // Each message that came has an event, also the echo that folded later.
      const came = (await rows.events()).filter(({ type }) => type === 'message').length
      holds(only(await rows.conversations()), { last_seq: came, unread_count: 1 })
      assert.ok(Number(seqs.at(-1)) <= came)
    },
  },
  {
    title: 'marks a reply whose sentAt is lowered at the same moment as the watermark comes',
    async run({ scene }) {
      const first = scene()
      const scenes = upTo(10).map(() => first.another())
      for (const { write } of scenes) await write(said('m0'), replied('m1', { occurredAt: at(9) }))
      const read: EventInput = { type: 'receipt', status: 'read', watermark: at(5), occurredAt: at(10) }
      await racing(10, (index) => {
        const { write } = present(scenes[index - 1])
        return Promise.all([write(read), write(replied('m1', { occurredAt: at(5) }))])
      })
      for (const { account, key } of scenes) {
        holds(await account.findMessage({ ...key, messageId: 'm1' }), { sentAt: at(5), status: 'read', readAt: at(10) })
      }
    },
  },
  {
    title: 'applies an edit, a reaction and a receipt that race with their message',
    async run({ scene }) {
      const { write, rows } = scene()
      await racing(10, (index) => {
        const targetMessageId = `m${index}`
        return Promise.all([
          write({ type: 'message_edit', targetMessageId, text: 'better', occurredAt: at(2) }),
          write({ type: 'reaction', targetMessageId, emoji: '❤', occurredAt: at(2) }),
          write({ type: 'receipt', status: 'read', messageIds: [targetMessageId], occurredAt: at(2) }),
          write(replied(targetMessageId)),
        ])
      })
      const messages = await rows.messages()
      assert.equal(messages.length, 10)
      for (const message of messages) holds(message, { text: 'better', status: 'read', read_at: at(2) })
      assert.equal((await rows.events()).filter((row) => row.conversation_id === null).length, 0)
      assert.deepEqual(column(await rows.events(), 'event_seq'), upTo(30))
    },
  },
])
