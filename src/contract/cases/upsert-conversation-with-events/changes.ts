import assert from 'node:assert/strict'
import type { MessageEditEventInput, ReactionEventInput } from '../../../model/event-inputs.js'
import { withEvents } from '../../contract-case.js'
import { at, said } from '../../events.js'
import { holds, only, present } from '../../expectations.js'
import { permutations } from '../../permutations.js'

function edit(text: string, minute: number, editNumber?: number): MessageEditEventInput {
  return { type: 'message_edit', targetMessageId: 'm1', text, occurredAt: at(minute), ...(editNumber !== undefined && { editNumber }) }
}
function deletion(minute: number) {
  return { type: 'message_delete' as const, targetMessageId: 'm1', occurredAt: at(minute) }
}
function reaction(emoji: string | null, minute: number, sender?: string): ReactionEventInput {
  const what = emoji === null ? { action: 'remove' as const } : { emoji }
  return { type: 'reaction', targetMessageId: 'm1', occurredAt: at(minute), ...what, ...(sender && { sender: { id: sender } }) }
}

export const changeCases = withEvents([
  {
    title: 'edits the text, and the preview of the message that is shown',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(said('m1', { attachments: [{ type: 'image' }] }))
      const { outcome, events, conversation } = await write(edit('$better', 1))
      assert.equal(outcome, 'updated')
      assert.deepEqual(events, [{ outcome: 'stored' }])
      holds(conversation, { version: 1, lastMessagePreview: '$better', lastMessageAt: at(0), lastSeq: 1, unreadCount: 1 })
      const message = present(await account.findMessage({ ...key, messageId: 'm1' }))
      holds(message, { text: '$better', editedAt: at(1), seq: 1 })
      assert.equal(message.attachments.length, 1)
      const stored = present((await rows.events()).find((row) => row.type === 'message_edit'))
      holds(stored, { target_message_id: 'm1', event_seq: 2, conversation_id: conversation?.id })
      assert.ok(!JSON.stringify(stored.payload).includes('better'), 'the event keeps a copy of the text')
      holds(only(await rows.messages()), { text: '$better', edited_at: at(1) })
    },
  },
  {
    title: 'changes no version by an edit of a message that is not shown',
    async run({ scene }) {
      const { account, key, write } = scene()
      const before = await write(said('m1'), said('m2', { occurredAt: at(1) }))
      const { outcome, conversation } = await write(edit('better', 2))
      assert.equal(outcome, 'unchanged')
      assert.deepEqual(conversation, before.conversation)
      assert.equal((await account.findMessage({ ...key, messageId: 'm1' }))?.text, 'better')
    },
  },
  {
    title: 'lets the highest editNumber win, then the latest time, in any order of arrival',
    async run({ scene }) {
      const first = scene()
      const edits = [edit('one', 9, 1), edit('two, early', 2, 2), edit('two, late', 3, 2)]
      for (const order of [
        [0, 1, 2],
        [2, 1, 0],
        [1, 2, 0],
        [2, 0, 1],
      ]) {
        const { account, key, write } = first.another()
        await write(said('m1'))
        for (const index of order) await write(present(edits[index]))
        holds(await account.findMessage({ ...key, messageId: 'm1' }), { text: 'two, late', editedAt: at(3) })
      }
    },
  },
  {
    title: 'deletes text and attachments wherever they lie, and keeps the row and its seq',
    async run({ scene }) {
      const { account, key, write, rows, accountId } = scene()
      await write(said('m1', { text: 'my secret', attachments: [{ type: 'file', name: 'secret.pdf' }] }))
      await write(edit('my other secret', 1))
      const { outcome, conversation } = await write(deletion(2))
      assert.equal(outcome, 'updated')
      holds(conversation, { version: 2, lastMessagePreview: null, lastMessageAt: at(0), lastSeq: 1, unreadCount: 1 })
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { text: '', attachments: [], deletedAt: at(2), seq: 1 })
      const everything = [await rows.messages(), await rows.events(), await rows.conversations(), accountId]
      assert.ok(!JSON.stringify(everything).includes('secret'), 'a copy of the text is left')
    },
  },
  {
    title: 'keeps the earliest time of a deletion, and lets no later edit bring a text back',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(said('m1'), deletion(2))
      await write(deletion(1))
      await write(edit('back', 9, 9))
      const again = await write(said('m1', { text: 'back' }))
      assert.equal(again.outcome, 'duplicate')
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { text: '', deletedAt: at(1) })
      assert.equal(present(again.conversation).lastMessagePreview, null)
    },
  },
  {
    title: 'tells that a message was edited that is gone, whichever of the two comes first',
    async run({ scene }) {
      const first = scene()
      for (const order of permutations([edit('better', 1), edit('best', 2), deletion(3)])) {
        const { account, key, write } = first.another()
        await write(said('m1'))
        for (const change of order) await write(change)
        holds(await account.findMessage({ ...key, messageId: 'm1' }), { text: '', editedAt: at(2), deletedAt: at(3) })
      }
    },
  },
  {
    title: 'keeps one reaction per sender, the latest, and lists none that was removed',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const before = await write(said('m1'))
      const { outcome, conversation } = await write(reaction('❤', 1), reaction('👍', 1, 'agent-1'))
      assert.equal(outcome, 'unchanged')
      assert.deepEqual(conversation, before.conversation)
      await write(reaction('😂', 3))
      await write(reaction('😡', 2))
      await write(reaction(null, 4, 'agent-1'))
      const message = present(await account.findMessage({ ...key, messageId: 'm1' }))
      assert.deepEqual(message.reactions, [{ senderId: 'customer', emoji: '😂', occurredAt: at(3) }])
      await write(reaction('👍', 3, 'agent-1'))
      assert.equal((await account.findMessage({ ...key, messageId: 'm1' }))?.reactions.length, 1)
      assert.equal((await rows.events()).length, 7)
    },
  },
  {
    title: 'reaches a message in a closed conversation without opening it',
    async run({ store, scene }) {
      const { account, key, write, rows } = scene(store({ onClosed: 'reopen' }))
      const first = present((await write(said('m1'))).conversation)
      await account.closeConversation(key)
      const { conversation } = await write(reaction('❤', 1), edit('better', 2), deletion(3))
      holds(conversation, { id: first.id, status: 'closed', lastMessagePreview: null })
      only(await rows.conversations())
    },
  },
  {
    title: 'goes to the conversation of its target, not to the active one',
    async run({ scene }) {
      const { account, key, write } = scene()
      const first = present((await write(said('m1'))).conversation)
      await account.closeConversation(key)
      const second = present((await write(said('m2'))).conversation)
      const { outcome, conversation } = await write(edit('better', 1))
      assert.equal(outcome, 'updated')
      holds(conversation, { id: first.id, lastMessagePreview: 'better', version: 2 })
      assert.deepEqual(await account.findConversation({ conversationId: second.id }), second)
      assert.equal((await account.listEvents({ conversationId: first.id })).items.length, 2)
    },
  },
])
