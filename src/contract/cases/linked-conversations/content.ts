import assert from 'node:assert/strict'
import { withEvents } from '../../contract-case.js'
import { at, said } from '../../events.js'
import { holds, present, racing } from '../../expectations.js'
import { twoPeople } from '../../two-people.js'
import { twoConversations } from './two-conversations.js'

/** What is in such a conversation, and what is said of it later. */
export const contentCases = withEvents([
  {
    title: 'brings along what the younger one holds, and finds everything that is said of its messages',
    async run({ scene }) {
      const { phone, user, kept, lost, link, listed } = await twoConversations(scene())
      const { account } = phone
      const inner = user.another()
      const innermost = present((await inner.write(said('i1', { occurredAt: at(6) }))).conversation)
      await account.mergeConversations({ keep: user.key, lose: inner.key })
      await link()
      holds(await account.findByOaAndCustomer(phone.key), { id: kept.id, lastSeq: 6, unreadCount: 4 })
      assert.deepEqual(await listed(innermost.id), ['m1', 'n1', 'm2', 'n2', 'n3', 'i1'])
      holds(await account.findConversation({ conversationId: innermost.id }), { id: kept.id, redirectedFrom: innermost.id })
      const edited = await user.write({ type: 'message_edit', targetMessageId: 'n3', text: 'better', occurredAt: at(10) })
      holds(edited.conversation, { id: kept.id })
      holds(await account.findMessage({ ...phone.key, messageId: 'n3' }), { text: 'better', seq: 5, conversationId: kept.id })
      await inner.write({ type: 'message_delete', targetMessageId: 'i1', occurredAt: at(11) })
      holds(await account.findConversation({ conversationId: lost.id }), { id: kept.id, lastMessagePreview: null })
    },
  },
  {
    title: 'shows and counts once what a third person, whose conversation one of them holds, has as well',
    async run({ scene }) {
      const first = scene()
      for (const [holder, copied] of [
        ['phone', 'n2'],
        ['user', 'm1'],
      ] as const) {
        const people = await twoConversations(first.another())
        const { phone, user, kept, lost, link, mergeIdOf, listed } = people
        const { account } = phone
        const third = phone.another()
        const time = copied === 'm1' ? at(1) : at(4)
        await third.write(said(copied, { occurredAt: time }), said('i1', { occurredAt: at(6) }))
        await account.mergeConversations({ keep: people[holder].key, lose: third.key })
        await link()
        holds(await account.findByOaAndCustomer(user.key), { id: kept.id, lastSeq: 7, unreadCount: 4, lastMessagePreview: 'text of i1' })
        assert.deepEqual(await listed(kept.id), ['m1', 'n1', 'm2', 'n2', 'n3', 'i1'])
        const { items } = await account.listEvents({ conversationId: kept.id })
        assert.equal(items.filter(({ messageId }) => messageId === copied).length, 1)
        const shown = await account.findMessage({ ...phone.key, messageId: copied })
        holds(shown, { conversationId: kept.id, seq: holder === 'phone' ? 3 : 1 })
        for (const { key } of [user, third]) assert.deepEqual(await account.findMessage({ ...key, messageId: copied }), shown)
        const undone = await account.unmergeConversations({ mergeId: await mergeIdOf() })
        holds(undone.kept, { unreadCount: holder === 'phone' ? 3 : 1 })
        holds(undone.restored, { id: lost.id, unreadCount: holder === 'phone' ? 2 : 4 })
        assert.deepEqual(await listed(lost.id), holder === 'phone' ? ['n1', 'n2', 'n3'] : ['m1', 'n1', 'n2', 'n3', 'i1'])
      }
    },
  },
  {
    title: 'merges two chats of one person where message ids are unique within a chat only, and each keeps its own',
    async run({ scene }) {
      const { phone, user, link } = twoPeople(scene())
      const { account, oaId } = phone
      await account.connectInbox({ oaId, channel: 'telegram' })
      await phone.write(said('1', { text: 'hello', occurredAt: at(1) }))
      await user.write(said('1', { text: 'hi', occurredAt: at(2) }))
      await link()
      const { id, unreadCount } = present(await account.findByOaAndCustomer(user.key))
      assert.equal(unreadCount, 2)
      const { items } = await account.listMessages({ conversationId: id })
      assert.deepEqual(
        items.map(({ text }) => text),
        ['hello', 'hi'],
      )
      await user.write({ type: 'message_edit', targetMessageId: '1', text: 'hi there', occurredAt: at(3) })
      holds(await account.findMessage({ ...phone.key, messageId: '1' }), { text: 'hello' })
      holds(await account.findMessage({ ...user.key, messageId: '1' }), { text: 'hi there', conversationId: id })
    },
  },
  {
    title: 'loses and doubles no message while both ids write and bodies link them',
    async run({ scene }) {
      const first = scene()
      for (let round = 0; round < 3; round++) {
        const { phone, user, kept, sayBoth, listed } = await twoConversations(first.another())
        const results = await racing(18, (index) => {
          if (index % 3 === 0) return sayBoth(`p${index}`)
          return index % 3 === 1 ? phone.write(said(`m${index + 10}`)) : user.write(said(`n${index + 10}`))
        })
        assert.equal(results.filter(({ outcome }) => outcome === 'merged').length, 1)
        const conversation = present(await phone.account.findByOaAndCustomer(user.key))
        holds(conversation, { id: kept.id, lastSeq: 23, unreadCount: 21 })
        const own = new Set([phone.customerId, user.customerId])
        const active = (await phone.rows.conversations()).filter(({ customer_id }) => own.has(String(customer_id)))
        assert.equal(active.length, 1)
        const ids = await listed(kept.id)
        assert.equal(new Set(ids).size, 23)
        assert.equal(ids.length, 23)
      }
    },
  },
])
