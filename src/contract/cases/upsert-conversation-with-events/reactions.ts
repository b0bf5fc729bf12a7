import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import { reactionSenders } from '../../../model/limits.js'
import type { Message } from '../../../model/records.js'
import { withEvents } from '../../contract-case.js'
import { at, replied, said, sending } from '../../events.js'
import { only, present, upTo } from '../../expectations.js'

const beyond = 20
const senders = upTo(reactionSenders + beyond)
const last = senders.slice(beyond)

/** The n-th sender reacts in the n-th minute, unless another minute is given. */
function reacted(sender: number, minute = sender, emoji: string | null = '❤'): EventInput {
  const what = emoji === null ? { action: 'remove' as const } : { emoji }
  return { type: 'reaction', targetMessageId: 'm1', ...what, sender: { id: nameOf(sender) }, occurredAt: at(minute) }
}

/** The 100th sorts behind the 99th. */
function nameOf(sender: number): string {
  return `s${String(sender).padStart(3, '0')}`
}

function sendersOf(message: Message | null): readonly string[] {
  return present(message)
    .reactions.map(({ senderId }) => senderId)
    .sort()
}

export const reactionCases = withEvents([
  {
    title: 'keeps the reactions of the 100 senders who reacted last, in whatever order they come',
    async run({ scene }) {
      const first = scene()
      const orders = {
        'in order': senders,
        'in reverse': [...senders].reverse(),
        mixed: senders.map((n) => ((n * 7) % senders.length) + 1),
      }
      for (const [title, order] of Object.entries(orders)) {
        const { account, key, write } = first.another()
        await write(said('m1'))
        const { events, conversation } = await write(...order.map((n) => reacted(n)))
        assert.deepEqual(new Set(events.map(({ outcome }) => outcome)), new Set(['stored']))
        assert.deepEqual(sendersOf(await account.findMessage({ ...key, messageId: 'm1' })), last.map(nameOf), title)
        const all = await account.listEvents({ conversationId: present(conversation).id, limit: 500 })
        assert.equal(all.items.filter(({ type }) => type === 'reaction').length, senders.length, title)
      }
    },
  },
  {
    title: 'keeps those with the greatest sender id of senders who react at one time',
    async run({ scene }) {
      const { account, key, write } = scene()
      await write(said('m1'))
      for (const part of [senders.slice(50), senders.slice(0, 50)]) await write(...part.map((n) => reacted(n, 1)))
      assert.deepEqual(sendersOf(await account.findMessage({ ...key, messageId: 'm1' })), last.map(nameOf))
    },
  },
  {
    title: 'lets a sender whose reaction fell out back in by a later one alone, and by its removal as well',
    async run({ scene }) {
      const { account, key, write } = scene()
      const kept = async () => sendersOf(await account.findMessage({ ...key, messageId: 'm1' }))
      await write(said('m1'), ...senders.map((n) => reacted(n)))
      await write(reacted(1, 0, '👍'), reacted(2, beyond, '👍'))
      assert.deepEqual(await kept(), last.map(nameOf))
      await write(reacted(1, 500, '👍'))
      assert.deepEqual(await kept(), [1, ...last.slice(1)].map(nameOf))
      await write(reacted(2, 600, null))
      assert.deepEqual(await kept(), [1, ...last.slice(2)].map(nameOf))
      // The removal is the sender's latest, so an older reaction does not show again.
      await write(reacted(2, 550, '👍'))
      assert.deepEqual(await kept(), [1, ...last.slice(2)].map(nameOf))
    },
  },
  {
    title: 'keeps as many reactions when an echo folds into its reply',
    async run({ scene }) {
      const { account, key, write, rows } = scene()
      await write(sending('l1'), replied('m1'), ...senders.map((n) => reacted(n)))
      await write({ type: 'message_sent', localId: 'l1', messageId: 'm1', occurredAt: at(2) })
      assert.deepEqual(sendersOf(await account.findMessage({ ...key, localId: 'l1' })), last.map(nameOf))
      only(await rows.messages())
    },
  },
])
