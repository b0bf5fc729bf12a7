import assert from 'node:assert/strict'
import type { AttachmentInput, MessageAttachmentsEventInput } from '../../../model/event-inputs.js'
import { limits } from '../../../model/limits.js'
import { withEvents } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { holds, only, present } from '../../expectations.js'

const photo = { type: 'image', url: 'https://files.example/photo', name: 'secret photo', payload: { id: 'file-1', $size: 5 } }
const voice = { type: 'audio', url: 'https://files.example/voice', name: null, payload: null }

function files(attachments: readonly AttachmentInput[], details: Partial<MessageAttachmentsEventInput> = {}): MessageAttachmentsEventInput {
  return { type: 'message_attachments', targetMessageId: 'm1', attachments, occurredAt: at(1), ...details }
}

export const attachmentCases = withEvents([
  {
    title: 'gives a message the files and the text that came without it, and shows them if it is the newest',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const before = await write(said('m1', { text: '', history: true }))
      holds(before.conversation, { lastMessagePreview: null, version: 0 })
      const first = await write(files([photo]))
      assert.deepEqual([first.outcome, first.events], ['updated', [{ outcome: 'stored' }]])
      holds(first.conversation, { version: 1, lastMessagePreview: '[image]', lastMessageAt: at(0), lastSeq: 1, unreadCount: 0 })
      const second = await write(files([voice], { text: '$caption', eventId: 'second' }))
      holds(second.conversation, { version: 2, lastMessagePreview: '$caption' })
      const message = present(await account.findMessage({ ...key, messageId: 'm1' }))
      holds(message, { text: '$caption', attachments: [photo, voice], editedAt: null, history: true, seq: 1 })
      const stored = (await rows.events()).filter(({ type }) => type === 'message_attachments')
      assert.deepEqual(
        stored.map(({ payload, target_message_id }) => [payload, target_message_id]),
        [
          [{ added: 1, leftOut: 0 }, 'm1'],
          [{ added: 1, leftOut: 0 }, 'm1'],
        ],
      )
      holds(only(await rows.messages()), { text: '$caption', attachments: [photo, voice] })
      holds(only(await rows.conversations()), { last_message_preview: '$caption' })
    },
  },
  {
    title: 'changes no version by files of a message that is not shown, and none by what the message has already',
    async run({ scene }) {
      const { account, key, write } = scene()
      const before = await write(said('m1'), said('m2', { occurredAt: at(1) }))
      const { outcome, conversation } = await write(files([photo], { text: 'no' }))
      assert.equal(outcome, 'unchanged')
      assert.deepEqual(conversation, before.conversation)
      const again = await write(files([photo], { text: 'no' }))
      assert.deepEqual([again.outcome, again.events], ['duplicate', [{ outcome: 'duplicate' }]])
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { text: 'text of m1', attachments: [photo] })
    },
  },
  {
    title: 'takes a file once, by its URL or by the id in its payload',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(said('m1', { attachments: [photo] }))
      const place = { type: 'location', payload: { latitude: 1.5 } }
      const other = { type: 'image', url: 'https://files.example/other', payload: { id: 'file-2' } }
      await write(files([{ ...photo, url: 'https://files.example/signed-anew' }, { ...photo, payload: null }, place, place, other, other]))
      await write(
        files(
          [
            { ...other, url: null },
            { type: 'image', url: '', payload: { id: null } },
          ],
          { occurredAt: at(2) },
        ),
      )
      const { attachments } = present(await account.findMessage({ ...key, messageId: 'm1' }))
      assert.deepEqual(
        attachments.map(({ type, url }) => [type, url]),
        [
          ['image', photo.url],
          ['location', null],
          ['location', null],
          ['image', other.url],
          ['image', ''],
        ],
      )
      const stored = (await rows.events()).filter(({ type }) => type === 'message_attachments')
      assert.deepEqual(
        stored.map(({ payload }) => payload),
        [
          { added: 3, leftOut: 0 },
          { added: 1, leftOut: 0 },
        ],
      )
    },
  },
  {
    title: 'keeps files for a message that has not come, and opens nothing for them',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const early = await write(files([photo], { text: 'caption' }))
      assert.deepEqual([early.outcome, early.conversation, early.events], ['unchanged', null, [{ outcome: 'waiting' }]])
      assert.deepEqual(await rows.conversations(), [])
      const { conversation } = await write(said('m1', { text: '' }))
      holds(conversation, { version: 0, lastMessagePreview: 'caption' })
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { text: 'caption', attachments: [photo] })
      const stored = present((await rows.events()).find(({ type }) => type === 'message_attachments'))
      assert.deepEqual([stored.payload, stored.event_seq], [{ added: 1, leftOut: 0 }, 2])
    },
  },
  {
    title: 'lets no files and no text come onto a deleted message, and no text in place of an edit, in any order',
    async run({ scene }) {
      const first = scene()
      const late = files([photo], { text: 'my secret' })
      const deletion = { type: 'message_delete', targetMessageId: 'm1', occurredAt: at(2) } as const
      const edit = { type: 'message_edit', targetMessageId: 'm1', text: '', editNumber: 1, occurredAt: at(3) } as const
      for (const order of [
        [deletion, late],
        [late, deletion],
      ]) {
        const { account, key, write, rows } = first.another()
        await write(said('m1', { text: '' }))
        for (const event of order) await write(event)
        holds(await account.findMessage({ ...key, messageId: 'm1' }), { text: '', attachments: [], deletedAt: at(2) })
        holds(await account.findByOaAndCustomer(key), { lastMessagePreview: null })
        assert.ok(!JSON.stringify([await rows.messages(), await rows.events()]).includes('secret'), 'a copy of the file is left')
      }
      for (const order of [
        [edit, late],
        [late, edit],
      ]) {
        const { account, key, write } = first.another()
        await write(said('m1', { text: '' }))
        for (const event of order) await write(event)
        holds(await account.findMessage({ ...key, messageId: 'm1' }), { text: '', attachments: [photo], editedAt: at(3) })
      }
    },
  },
  {
    title: 'takes as many files as a message may have, and tells in the event how many were left out',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const many = (from: number, count: number) =>
        Array.from({ length: count }, (_, index) => ({ type: 'image', url: `https://files.example/${from + index}` }))
      await write(said('m1', { attachments: many(0, limits.attachments - 2) }))
      await write(files(many(limits.attachments - 3, 6)))
      await write(files(many(500, 1), { occurredAt: at(2) }))
      const { attachments } = present(await account.findMessage({ ...key, messageId: 'm1' }))
      assert.deepEqual(
        attachments.map(({ url }) => url),
        many(0, limits.attachments).map(({ url }) => url),
      )
      const stored = (await rows.events()).filter(({ type }) => type === 'message_attachments')
      assert.deepEqual(
        stored.map(({ payload }) => payload),
        [
          { added: 2, leftOut: 3 },
          { added: 0, leftOut: 1 },
        ],
      )
    },
  },
  {
    title: 'loses no files in a link of a blank reply with its echo that has got them',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(sending('l1', { text: '' }), replied('m1', { text: '', occurredAt: at(1) }))
      await write(files([photo], { text: 'caption' }))
      const { conversation } = await write({ type: 'message_sent', localId: 'l1', messageId: 'm1', occurredAt: at(2) })
      holds(conversation, { lastMessagePreview: 'caption' })
      holds(await account.findMessage({ ...key, messageId: 'm1' }), { localId: 'l1', seq: 1, text: 'caption', attachments: [photo] })
    },
  },
])
