import assert from 'node:assert/strict'
import { withEvents } from '../../contract-case.js'
import { at, said } from '../../events.js'
import { holds, present } from '../../expectations.js'

export const previewCases = withEvents([
  {
    title: 'shows the first 160 characters of the latest message, or what it has attached',
    async run({ scene }) {
      const { write } = scene()
      const long = '👋'.repeat(200)
      const first = await write(said('m1', { text: long, occurredAt: at(1) }))
      assert.equal(present(first.conversation).lastMessagePreview, '👋'.repeat(160))
      const second = await write(said('m2', { text: '', attachments: [{ type: 'image' }], occurredAt: at(2) }))
      assert.equal(present(second.conversation).lastMessagePreview, '[image]')
      const late = await write(said('m3', { text: 'late', occurredAt: at(0) }))
      holds(late.conversation, { lastMessagePreview: '[image]', lastMessageAt: at(2), lastActivityAt: at(2), lastSeq: 3, unreadCount: 3 })
    },
  },
  {
    title: 'shows the later stored of two messages of the same time',
    async run({ scene }) {
      const { write } = scene()
      await write(said('m1', { text: 'first' }))
      const { conversation } = await write(said('m2', { text: 'second' }))
      assert.equal(present(conversation).lastMessagePreview, 'second')
    },
  },
])
