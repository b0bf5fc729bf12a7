import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import { type CaseList, withEvents } from '../../contract-case.js'
import { at, said } from '../../events.js'
import { only, rejects } from '../../expectations.js'

const mebibyte = 1024 * 1024

const withStoredEvents = withEvents([
  {
    title: 'keeps a text of 1 MiB, and refuses one more byte',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      const text = `${'ơ'.repeat(mebibyte / 2 - 1)}ab`
      await write(said('m1', { text }))
      assert.equal((await account.findMessage({ ...key, messageId: 'm1' }))?.text, text)
      await rejects(write(said('m2', { text: `${text}c` })), 'PAYLOAD_TOO_LARGE', { limit: mebibyte, actual: mebibyte + 1 })
      only(await rows.messages())
    },
  },
  {
    title: 'takes no target that is empty or not a string for "any message"',
    async run({ scene }) {
      const { write, rows } = scene()
      await write(said('m1'))
      for (const targetMessageId of ['', null, undefined, { $exists: true }]) {
        const event = { type: 'message_delete', targetMessageId } as EventInput
        await rejects(write(event), 'VALIDATION_FAILED')
      }
      assert.equal(only(await rows.messages()).text, 'text of m1')
    },
  },
])

export const limitCases: CaseList = [
  ...withStoredEvents,
  {
    title: 'refuses what no event can be, before anything is stored',
    async run({ scene }) {
      const { write, rows } = scene()
      const bad: readonly unknown[] = [
        { type: 'message', text: 'without an id' },
        { type: 'message', messageId: { $ne: null } },
        { type: 'message', messageId: '' },
        { type: 'message', messageId: 'm\u0000' },
        { type: 'message', messageId: 'm1', direction: 'sideways' },
        { type: 'message', messageId: 'm1', occurredAt: 'yesterday' },
        { type: 'message', messageId: 'm1', occurredAt: new Date(Number.NaN) },
        { type: 'message', messageId: 'm1', text: ['x'] },
        { type: 'message_edit', text: 'x' },
        { type: 'message_delete', targetMessageId: null },
        { type: 'reaction', targetMessageId: 'm1' },
        { type: 'receipt', status: 'read' },
        { type: 'receipt', status: 'pending', messageIds: ['m1'] },
        { type: 'receipt', status: 'failed', watermark: at(0) },
        { type: 'message_sent', localId: 'l1' },
        { type: 'message_failed' },
        { type: 'unheard-of' },
        null,
      ]
      for (const event of bad) await rejects(write(said('m0'), event as EventInput), 'VALIDATION_FAILED')
      assert.deepEqual(await rows.messages(), [])
      assert.deepEqual(await rows.contactInboxes(), [])
    },
  },
]
