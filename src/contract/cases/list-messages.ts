import assert from 'node:assert/strict'
import type { Message } from '../../model/records.js'
import { type CaseList, withEvents } from '../contract-case.js'
import { at, replied, said } from '../events.js'
import { column, present, rejects, upTo } from '../expectations.js'
import { messagesByTimeCases } from './lists/messages-by-time.js'

const withMessages = withEvents([
  {
    title: 'gives every message once by seq, oldest or newest first, whatever the page size',
    async run({ scene }) {
      const { account, write, rows } = scene()
      for (const round of upTo(4)) await write(...upTo(25).map((index) => said(`m${round}-${index}`, { occurredAt: at(100 - index) })))
      const conversationId = String(column(await rows.conversations(), 'id')[0])
      const all = upTo(100)
      for (const limit of [1, 7, 50, 100, 500]) {
        for (const order of ['oldest', 'newest'] as const) {
          const seqs: number[] = []
          for await (const { seq } of account.listMessages({ conversationId, by: 'seq', order, limit })) seqs.push(seq)
          assert.deepEqual(seqs, order === 'oldest' ? all : [...all].reverse(), `${order}, ${limit} a page`)
        }
      }
      assert.deepEqual(
        (await account.listMessages({ conversationId, by: 'seq' })).items.map(({ seq }) => seq),
        upTo(50),
      )
    },
  },
  {
    title: 'gives messages as they are found one by one',
    async run({ scene }) {
      const { account, key, write } = scene()
      const { conversation } = await write(said('m1', { attachments: [{ type: 'image', payload: { $a: 1 } }] }), replied('m2'))
      const { items, nextCursor } = await account.listMessages({ conversationId: present(conversation).id })
      assert.equal(nextCursor, null)
      assert.deepEqual(items, [
        await account.findMessage({ ...key, messageId: 'm1' }),
        await account.findMessage({ ...key, messageId: 'm2' }),
      ])
    },
  },
  {
    title: 'continues behind its cursor with messages that came since',
    async run({ scene }) {
      const { account, write } = scene()
      const { conversation } = await write(said('m1'), said('m2'))
      const conversationId = present(conversation).id
      const first = await account.listMessages({ conversationId, limit: 1 })
      await write(said('m3'))
      const rest = await account.listMessages({ conversationId, cursor: present(first.nextCursor) })
      assert.deepEqual(
        rest.items.map(({ messageId }) => messageId),
        ['m2', 'm3'],
      )
    },
  },
  {
    title: 'keeps conversations, accounts and cursors apart',
    async run({ scene }) {
      const ours = scene()
      const { account, key, write } = ours
      const first = present((await write(said('m1'), said('m2'))).conversation)
      await account.closeConversation(key)
      const second = present((await write(said('m3'))).conversation)
      const ids = (items: readonly Message[]) => items.map(({ messageId }) => messageId)
      assert.deepEqual(ids((await account.listMessages({ conversationId: first.id })).items), ['m1', 'm2'])
      assert.deepEqual(ids((await account.listMessages({ conversationId: second.id })).items), ['m3'])
      const theirs = ours.foreign()
      assert.deepEqual(await theirs.account.listMessages({ conversationId: first.id }), { items: [], nextCursor: null })
      const cursor = (await account.listMessages({ conversationId: first.id, limit: 1 })).nextCursor ?? ''
      await rejects(account.listMessages({ conversationId: first.id, order: 'newest', cursor }), 'VALIDATION_FAILED')
      await rejects(account.listEvents({ conversationId: first.id, cursor }), 'VALIDATION_FAILED')
      const [list, [time]] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
      const beyond = Buffer.from(JSON.stringify([list, [time, 2 ** 31]])).toString('base64url')
      await rejects(account.listMessages({ conversationId: first.id, cursor: beyond }), 'VALIDATION_FAILED')
      assert.deepEqual((await theirs.account.listMessages({ conversationId: first.id, cursor })).items, [])
    },
  },
])

export const listMessagesCases: CaseList = [
  ...withMessages,
  ...messagesByTimeCases,
  {
    title: 'gives none for an unknown conversation or one without messages',
    async run({ scene }) {
      const { account, open } = scene()
      const { id } = await open()
      assert.deepEqual(await account.listMessages({ conversationId: id }), { items: [], nextCursor: null })
      assert.deepEqual(await account.listMessages({ conversationId: 'unknown' }), { items: [], nextCursor: null })
    },
  },
  {
    title: 'refuses limits, orders and cursors that are none',
    async run({ scene }) {
      const { account } = scene()
      for (const limit of [0, -1, 501, 1.5, '5' as never]) {
        await rejects(account.listMessages({ conversationId: 'c', limit }), 'VALIDATION_FAILED')
      }
      await rejects(account.listMessages({ conversationId: 'c', order: 'desc' as never }), 'VALIDATION_FAILED')
      await rejects(account.listMessages({ conversationId: 'c', by: 'arrival' as never }), 'VALIDATION_FAILED')
      for (const afterSeq of [-1, 1.5, '1' as never]) {
        await rejects(account.listMessages({ conversationId: 'c', afterSeq }), 'VALIDATION_FAILED')
      }
      await rejects(account.listMessages({ conversationId: 'c', cursor: 'nonsense' }), 'VALIDATION_FAILED')
      await rejects(account.listMessages({ conversationId: { $ne: null } as never }), 'VALIDATION_FAILED')
      await rejects(account.listMessages({ conversationId: 'c' }, { signal: AbortSignal.abort() }), 'ABORTED')
    },
  },
]
