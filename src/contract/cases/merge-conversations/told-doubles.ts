import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { holds, only, present } from '../../expectations.js'
import type { Scene } from '../../scene.js'
import { copiedThreads } from './copied-threads.js'

/** What is told later of a message that two merged conversations both have. */
export const toldDoubleCases: CaseList = [
  {
    title: 'shows the copy that came live, and the later one in the preview',
    async run({ scene }) {
      const first = scene()
      for (const isKeptHistory of [true, false]) {
        const here = first.another()
        const other = here.another()
        const { account } = here
        const bring = (of: Scene) =>
          account.upsertConversationWithEvents({ ...of.key, history: true, events: [said('x', { occurredAt: at(1) })] })
        const [history, live] = isKeptHistory ? [here, other] : [other, here]
        await bring(history)
        await live.write(said('x', { occurredAt: at(2) }))
        const { mergeId, conversation } = await account.mergeConversations({ keep: here.key, lose: other.key })
        holds(conversation, { unreadCount: 1, waitingSince: at(2), lastMessageAt: at(2), lastMessagePreview: 'text of x' })
        holds(only((await account.listMessages({ conversationId: conversation.id })).items), { history: false, seq: isKeptHistory ? 2 : 1 })
        const { kept, restored } = await account.unmergeConversations({ mergeId })
        holds(isKeptHistory ? kept : restored, { unreadCount: 0, waitingSince: null })
        holds(isKeptHistory ? restored : kept, { unreadCount: 1, waitingSince: at(2) })
      }
      // Two copies of history stay silent until one of them comes live, whichever it is.
      const here = first.another()
      const other = here.another()
      const { account } = here
      for (const { key } of [here, other])
        await account.upsertConversationWithEvents({ ...key, history: true, events: [said('x', { occurredAt: at(1) })] })
      const { conversation } = await account.mergeConversations({ keep: here.key, lose: other.key })
      holds(conversation, { unreadCount: 0, waitingSince: null })
      await other.write(said('x', { occurredAt: at(1) }))
      const live = present(await account.findConversation({ conversationId: conversation.id }))
      holds(live, { unreadCount: 1, waitingSince: at(1) })
      holds(only((await account.listMessages({ conversationId: conversation.id })).items), { history: false, seq: 1 })
    },
  },
  {
    title: 'lets what comes later for a hidden copy be seen on the one that is shown, and stay with both',
    async run({ scene }) {
      const here = scene()
      const other = here.another()
      const { account } = here
      const both = [said('x', { occurredAt: at(1) }), replied('r', { occurredAt: at(2) }), replied('s', { occurredAt: at(3) })]
      await here.write(...both)
      await other.write(...both)
      const { mergeId, conversation } = await account.mergeConversations({ keep: here.key, lose: other.key })
      holds(conversation, { unreadCount: 1, lastSeq: 6, waitingSince: null, lastMessagePreview: 'text of s' })
      const received = await other.write({ type: 'receipt', status: 'read', messageIds: ['r'], occurredAt: at(10) })
      assert.equal(received.events[0]?.outcome, 'applied')
      const edit = { type: 'message_edit', targetMessageId: 's', text: 'better', occurredAt: at(11) } as const
      const edited = await other.write(edit)
      holds(edited, { outcome: 'updated' })
      holds(edited.conversation, { id: conversation.id, lastMessagePreview: 'better', version: conversation.version + 1 })
      await other.write({ type: 'reaction', targetMessageId: 'r', emoji: '👍', occurredAt: at(12) })
      const file = { type: 'image', url: 'https://files.example/1' }
      await other.write({ type: 'message_attachments', targetMessageId: 'x', attachments: [file], occurredAt: at(13) })
      const find = async (key: Scene['key'], messageId: string) => present(await account.findMessage({ ...key, messageId }))
      for (const { key } of [here, other]) {
        holds(await find(key, 'r'), { seq: 2, status: 'read', readAt: at(10) })
        assert.equal((await find(key, 'r')).reactions.length, 1)
        holds(await find(key, 's'), { seq: 3, text: 'better' })
        assert.equal((await find(key, 'x')).attachments.length, 1)
      }
      await other.write({ type: 'receipt', status: 'delivered', watermark: at(3), occurredAt: at(14) })
      holds(await find(here.key, 's'), { status: 'delivered', deliveredAt: at(14) })
      await other.write({ type: 'message_delete', targetMessageId: 'x', occurredAt: at(15) })
      holds(await find(here.key, 'x'), { text: '', deletedAt: at(15) })
      assert.equal((await other.write(edit)).outcome, 'duplicate')
      // What comes for the copy that is shown concerns that one.
      await here.write({ type: 'message_edit', targetMessageId: 's', text: 'best', occurredAt: at(16) })

      await account.unmergeConversations({ mergeId })
      for (const { key } of [here, other]) {
        holds(await find(key, 'r'), { seq: 2, status: 'read', readAt: at(10) })
        assert.equal((await find(key, 'r')).reactions.length, 1)
        holds(await find(key, 'x'), { seq: 1, text: '', deletedAt: at(15) })
      }
      holds(await find(here.key, 's'), { text: 'best' })
      holds(await find(other.key, 's'), { text: 'better', deliveredAt: at(14) })
      await other.write({ type: 'reaction', targetMessageId: 'r', action: 'remove', occurredAt: at(17) })
      assert.equal((await find(here.key, 'r')).reactions.length, 1, 'nothing is told any longer')
    },
  },
  {
    title: 'hides what an earlier merge hides until that one is undone, and tells the copy of a copy',
    async run({ scene }) {
      const first = scene()
      const [second, third] = [first.another(), first.another()]
      const { account } = first
      for (const of of [first, second, third])
        await of.write(said('x', { occurredAt: at(1) }), said(`y of ${of.customerId}`, { occurredAt: at(2) }))
      const counts = async () => {
        const { items } = await account.listConversations({ oaId: first.oaId })
        const all: string[] = []
        for (const { id, unreadCount } of items) {
          const { items: messages } = await account.listMessages({ conversationId: id })
          assert.equal(unreadCount, messages.length)
          all.push(String(messages.length))
        }
        return all.sort().join()
      }
      const m1 = await account.mergeConversations({ keep: second.key, lose: first.key })
      assert.equal(await counts(), '2,3')
      const m2 = await account.mergeConversations({ keep: third.key, lose: second.key })
      assert.equal(await counts(), '4')
      await first.write({ type: 'message_edit', targetMessageId: 'x', text: 'better', occurredAt: at(3) })
      for (const { key } of [first, second, third]) {
        holds(await account.findMessage({ ...key, messageId: 'x' }), { text: 'better', conversationId: m2.conversation.id, seq: 1 })
      }
      await account.unmergeConversations({ mergeId: m2.mergeId })
      assert.equal(await counts(), '2,3')
      holds(await account.findMessage({ ...first.key, messageId: 'x' }), { conversationId: m1.conversation.id, seq: 1 })
      await account.unmergeConversations({ mergeId: m1.mergeId })
      assert.equal(await counts(), '2,2,2')
      holds(await account.findMessage({ ...first.key, messageId: 'x' }), { text: 'better', seq: 1 })
    },
  },
  {
    title: 'makes one message of copies whose customers are linked later, which stays when the merge is undone',
    async run({ scene }) {
      const first = scene()
      for (const [isLostRead, isLostOlder] of [
        [true, false],
        [false, false],
        [true, true],
        [false, true],
      ] as const) {
        const here = first.another()
        const { account } = here
        const { other, keptId, lostId, merge } = await copiedThreads(here, isLostOlder)
        if (isLostRead) await account.markRead({ conversationId: lostId, seq: 2 })
        const { mergeId, conversation } = await merge()
        holds(conversation, { unreadCount: isLostRead ? 3 : 5 })
        const shown = present(await account.findMessage({ ...here.key, messageId: 'x' }))
        await account.linkCustomerIds({
          oaId: here.oaId,
          identities: [
            { id: here.customerId, kind: 'phone' },
            { id: other.customerId, kind: 'user_id' },
          ],
        })
        holds(await account.findConversation({ conversationId: keptId }), { unreadCount: isLostRead ? 3 : 5 })
        holds(await account.findMessage({ ...other.key, messageId: 'x' }), { id: shown.id, seq: shown.seq })
        const { items } = await account.listMessages({ conversationId: keptId })
        assert.equal(items.length, 5)
        await account.unmergeConversations({ mergeId })
        const sizes = await Promise.all(
          [keptId, lostId].map(async (conversationId) => (await account.listMessages({ conversationId })).items.length),
        )
        assert.deepEqual(sizes, isLostRead ? [2, 3] : [3, 2])
      }
    },
  },
  {
    title: 'hides a reply whose echo is hidden, once the channel has told that the two are one',
    async run({ scene }) {
      const here = scene()
      const other = here.another()
      const { account } = here
      await here.write(said('m1', { occurredAt: at(1) }), replied('x', { occurredAt: at(2) }))
      const sent = await other.write(
        said('n1', { occurredAt: at(1) }),
        replied('x', { occurredAt: at(2) }),
        sending('local', { occurredAt: at(4), text: 'sent' }),
      )
      assert.deepEqual(
        sent.events.map(({ outcome }) => outcome),
        ['stored', 'stored', 'stored'],
      )
      const { mergeId, conversation } = await account.mergeConversations({ keep: here.key, lose: other.key })
      holds(conversation, { lastMessagePreview: 'sent', unreadCount: 2, waitingSince: null })
      const list = async () => (await account.listMessages({ conversationId: conversation.id })).items.map(({ messageId }) => messageId)
      assert.deepEqual(await list(), ['m1', 'n1', 'x', null])
      await other.write({ type: 'message_sent', localId: 'local', messageId: 'x', occurredAt: at(5) })
      assert.deepEqual(await list(), ['m1', 'n1', 'x'])
      const { items } = await account.listEvents({ conversationId: conversation.id })
      assert.deepEqual(
        items.map(({ type, messageId, localId }) => [type, messageId ?? localId]),
        [
          ['message', 'm1'],
          ['message', 'x'],
          ['message', 'n1'],
          ['message_sent', 'local'],
        ],
      )
      holds(await account.findConversation({ conversationId: conversation.id }), {
        lastMessagePreview: 'text of x',
        unreadCount: 2,
        waitingSince: null,
      })
      const shown = present(await account.findMessage({ ...here.key, messageId: 'x' }))
      holds(shown, { seq: 2, localId: null })
      assert.deepEqual(await account.findMessage({ ...other.key, localId: 'local' }), shown)
      const { restored } = await account.unmergeConversations({ mergeId })
      holds(restored, { lastMessagePreview: 'sent' })
      holds(await account.findMessage({ ...other.key, messageId: 'x' }), { localId: 'local', text: 'sent', conversationId: restored.id })
      holds(await account.findMessage({ ...here.key, messageId: 'x' }), { localId: null, text: 'text of x' })
    },
  },
]
