import assert from 'node:assert/strict'
import type { AccountConversations } from '../../../store/account-conversations.js'
import type { ListMessagesInput } from '../../../store/inputs.js'
import { withEvents } from '../../contract-case.js'
import { at, replied, said } from '../../events.js'
import { holds, present, rejects, upTo } from '../../expectations.js'

const minute = 60_000

export const messagesByTimeCases = withEvents([
  {
    title: 'gives every message once in order of time, then of seq, oldest or newest first, whatever the page size',
    async run({ scene }) {
      const { account, write } = scene()
      // 40 messages come in no order, and five of them at a time were said in the same minute.
      const said40 = upTo(40).map((seq) => ({ seq, minutes: (seq * 7) % 8 }))
      const { conversation } = await write(...said40.map(({ seq, minutes }) => said(`m${seq}`, { occurredAt: at(minutes) })))
      const conversationId = present(conversation).id
      const inOrder = said40.sort((a, b) => a.minutes - b.minutes || a.seq - b.seq).map(({ seq }) => seq)
      for (const limit of [1, 3, 5, 40, 500]) {
        assert.deepEqual(await seqsOf(account, { conversationId, limit }), inOrder, `oldest, ${limit} a page`)
        const newest = await seqsOf(account, { conversationId, order: 'newest', limit })
        assert.deepEqual(newest, inOrder.toReversed(), `newest, ${limit} a page`)
      }
    },
  },
  {
    title: 'lists a message from more than 5 minutes ahead by the time of its storing, and gives its occurredAt as it was',
    async run({ clock, store, scene }) {
      const { account, write } = scene(store({ clock: clock.now }))
      const ahead = new Date(clock.now().getTime() + 2 * 24 * 60 * minute)
      await write(said('m1', { occurredAt: ahead }), said('m2', { occurredAt: new Date(clock.now().getTime() + 5 * minute) }))
      const now = clock.advance(10 * minute)
      const { conversation } = await write(
        said('m3', { occurredAt: new Date(now.getTime() - 6 * minute) }),
        replied('m4', { occurredAt: now }),
      )
      const conversationId = present(conversation).id
      for (const limit of [50, 2, 1]) {
        assert.deepEqual(await seqsOf(account, { conversationId, limit }), [1, 3, 2, 4], `oldest, ${limit} a page`)
        assert.deepEqual(await seqsOf(account, { conversationId, order: 'newest', limit }), [4, 2, 3, 1], `newest, ${limit} a page`)
      }
      const { items } = await account.listMessages({ conversationId })
      assert.deepEqual(items[0]?.occurredAt, ahead)
      holds(conversation, { lastMessageAt: now, lastMessagePreview: 'text of m4' })
    },
  },
  {
    title: 'lists a message that waited in a bulk of others by the same rule',
    async run({ clock, store, scene }) {
      const { account, key, write } = scene(store({ clock: clock.now }))
      const ahead = new Date(clock.now().getTime() + 60 * minute)
      await account.bulkUpsertConversationsWithEvents({
        conversations: [
          { ...key, events: [said('m1', { occurredAt: ahead }), said('m2', { occurredAt: at(0) })] },
          { ...key, events: [said('m3', { occurredAt: clock.now() })] },
        ],
      })
      const now = clock.advance(minute)
      const { conversation } = await write(said('m4', { occurredAt: now }))
      assert.deepEqual(await seqsOf(account, { conversationId: present(conversation).id, limit: 1 }), [2, 1, 3, 4])
    },
  },
  {
    title: 'puts a message that arrives late where it was said, before or behind a cursor',
    async run({ scene }) {
      const { account, write } = scene()
      const { conversation } = await write(said('m1', { occurredAt: at(10) }), said('m2', { occurredAt: at(20) }))
      const conversationId = present(conversation).id
      const oldest = await account.listMessages({ conversationId, limit: 1 })
      const newest = await account.listMessages({ conversationId, order: 'newest', limit: 1 })
      await write(said('m3', { occurredAt: at(15) }), said('m4', { occurredAt: at(5) }))
      const after = (page: typeof oldest, order: 'oldest' | 'newest') =>
        seqsOf(account, { conversationId, order, cursor: present(page.nextCursor) })
      assert.deepEqual(await after(oldest, 'oldest'), [3, 2])
      assert.deepEqual(await after(newest, 'newest'), [3, 1, 4])
    },
  },
  {
    title: 'continues after a seq in order of arrival, which skips no message that arrives late',
    async run({ scene }) {
      const { account, write } = scene()
      const { conversation } = await write(...upTo(5).map((n) => said(`m${n}`, { occurredAt: at(10 - n) })))
      const conversationId = present(conversation).id
      for (const limit of [1, 2, 50]) {
        assert.deepEqual(await seqsOf(account, { conversationId, afterSeq: 2, limit }), [3, 4, 5])
        assert.deepEqual(await seqsOf(account, { conversationId, afterSeq: 2, by: 'seq', order: 'newest', limit }), [5, 4, 3])
        assert.deepEqual(await seqsOf(account, { conversationId, afterSeq: 0, limit }), [1, 2, 3, 4, 5])
      }
      assert.deepEqual(await seqsOf(account, { conversationId, afterSeq: 5 }), [])
      await write(said('m6', { occurredAt: at(0) }))
      assert.deepEqual(await seqsOf(account, { conversationId, afterSeq: 5 }), [6])
      const { nextCursor } = await account.listMessages({ conversationId, by: 'seq', limit: 3 })
      assert.deepEqual(await seqsOf(account, { conversationId, cursor: present(nextCursor), afterSeq: 1 }), [4, 5, 6])
    },
  },
  {
    title: 'takes no cursor of the other order, and no afterSeq by time',
    async run({ scene }) {
      const { account, write } = scene()
      const { conversation } = await write(said('m1'), said('m2'))
      const conversationId = present(conversation).id
      const byTime = present((await account.listMessages({ conversationId, limit: 1 })).nextCursor)
      const bySeq = present((await account.listMessages({ conversationId, by: 'seq', limit: 1 })).nextCursor)
      const wrong: readonly (readonly [ListMessagesInput, string])[] = [
        [{ conversationId, by: 'seq', cursor: byTime }, 'cursor'],
        [{ conversationId, afterSeq: 0, cursor: byTime }, 'cursor'],
        [{ conversationId, cursor: bySeq }, 'cursor'],
        [{ conversationId, by: 'time', cursor: bySeq }, 'cursor'],
        [{ conversationId, by: 'time', afterSeq: 0 }, 'afterSeq'],
      ]
      for (const [input, path] of wrong) {
        const { details } = await rejects(account.listMessages(input), 'VALIDATION_FAILED')
        assert.deepEqual(
          details.issues.map((issue) => issue.path),
          [path],
        )
      }
      assert.deepEqual(await seqsOf(account, { conversationId, by: 'time', cursor: byTime }), [2])
      assert.deepEqual(await seqsOf(account, { conversationId, afterSeq: 0, cursor: bySeq }), [2])
    },
  },
])

async function seqsOf(account: AccountConversations, input: ListMessagesInput): Promise<readonly number[]> {
  const seqs: number[] = []
  for await (const { seq } of account.listMessages(input)) seqs.push(seq)
  return seqs
}
