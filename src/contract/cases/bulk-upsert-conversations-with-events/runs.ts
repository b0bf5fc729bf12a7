import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import type { Conversation } from '../../../model/records.js'
import type { BulkItemResult } from '../../../store/results.js'
import { withEvents } from '../../contract-case.js'
import type { ContractContext } from '../../contract-context.js'
import { at, replied, said, sending } from '../../events.js'
import { column, holds, upTo } from '../../expectations.js'
import { written } from './written.js'

/** What an item leaves in a conversation, apart from ids and the database's own times. */
function left(conversation: Conversation | null | undefined): object {
  assert.ok(conversation)
  const {
    version,
    status,
    channel,
    nickname,
    unreadCount,
    lastSeq,
    lastMessageAt,
    lastMessagePreview,
    lastInboundAt,
    waitingSince,
    windowExpiresAt,
  } = conversation
  return {
    version,
    status,
    channel,
    nickname,
    unreadCount,
    lastSeq,
    lastMessageAt,
    lastMessagePreview,
    lastInboundAt,
    waitingSince,
    windowExpiresAt,
  }
}

function told(result: BulkItemResult | undefined): object {
  const { outcome, events, conversation } = written(result)
  return { outcome, events, conversation: left(conversation) }
}

interface Item {
  readonly nickname?: string
  readonly channel?: string
  readonly expectedVersion?: number
  readonly events: readonly EventInput[]
}

/** Items of one customer that say the same things in every way that an adapter may take together or apart. */
const lists: Readonly<Record<string, readonly Item[]>> = {
  'messages at times in disorder, both ways, with and without text': [
    { events: [said('m1', { occurredAt: at(3) })] },
    { events: [said('m2', { occurredAt: at(1) })] },
    { events: [replied('m3', { occurredAt: at(5) }), said('m4', { occurredAt: at(4) })] },
    { events: [sending('l1', { occurredAt: at(5) })] },
    { events: [said('m5', { text: '', occurredAt: at(6), attachments: [{ type: 'image' }] })] },
    { events: [said('m6', { text: '', occurredAt: at(7) })] },
    { events: [said('m7', { occurredAt: at(2) })] },
  ],
  'questions and answers in order of time': [
    { events: [said('m1', { occurredAt: at(1) })] },
    { events: [said('m2', { occurredAt: at(2) })] },
    { events: [replied('a1', { occurredAt: at(3) })] },
    { events: [said('m3', { occurredAt: at(4) }), said('m4', { occurredAt: at(5) })] },
    { events: [replied('a2', { occurredAt: at(6) })] },
    { events: [replied('a3', { occurredAt: at(7) }), said('m5', { occurredAt: at(8) })] },
    { events: [said('m6', { occurredAt: at(9) })] },
  ],
  'a message that comes again, and messages after it': [
    { events: [said('m1')] },
    { events: [said('m2', { occurredAt: at(1) })] },
    { events: [said('m3', { occurredAt: at(2) })] },
    { events: [said('m2', { occurredAt: at(1) })] },
    { events: [said('m4', { occurredAt: at(3) }), said('m3', { occurredAt: at(2) })] },
    { events: [said('m5', { occurredAt: at(4) })] },
  ],
  'a patch, a version, a channel and a fact between messages': [
    { events: [said('m1')] },
    { events: [said('m2')] },
    { nickname: 'Lan', events: [said('m3')] },
    { events: [said('m4')] },
    { expectedVersion: 3, events: [said('m5')] },
    { events: [said('m6')] },
    { channel: 'whatsapp', events: [said('m7')] },
    { events: [said('m8', { occurredAt: at(1) })] },
    { events: [{ type: 'postback', messageId: 'p1', occurredAt: at(2) }] },
    { events: [said('m9', { occurredAt: at(3) })] },
    { events: [] },
    { events: [said('m10', { occurredAt: at(4) })] },
  ],
  'an event that waits for one of the messages': [
    { events: [said('m1')] },
    { events: [{ type: 'reaction', targetMessageId: 'm4', emoji: '❤', occurredAt: at(1) }] },
    { events: [said('m3')] },
    { events: [said('m4')] },
    { events: [said('m5')] },
  ],
}

export const runCases = withEvents([
  {
    title: 'knows each of many items of one customer again',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const conversations = upTo(30).map((n) => ({ ...key, events: [said(`m${n}`, { occurredAt: at(n) })] }))
      await account.upsertConversation(key)
      await account.bulkUpsertConversationsWithEvents({ conversations })
      const again = await account.bulkUpsertConversationsWithEvents({ conversations })
      assert.deepEqual(
        again.map((result) => [written(result).outcome, written(result).conversation?.version]),
        upTo(30).map(() => ['duplicate', 30]),
      )
      assert.deepEqual(column(await rows.messages(), 'seq'), upTo(30))
    },
  },
  ...Object.entries(lists).flatMap(([title, items]) =>
    (
      [
        ['of a new customer', 0],
        ['of a known one', 1],
        ['of one whose conversation sleeps', 2],
      ] as const
    ).map(([whose, before]) => ({
      title: `answers and stores items ${whose} as if each came in a call of its own: ${title}`,
      async run({ scene }: ContractContext) {
        const [together, apart] = [scene(), scene()]
        const other = together.another()
        for (const { account, key } of [together, apart]) {
          // A version that an item expects is one more after this.
          if (before > 0) await account.upsertConversationWithEvents({ ...key, events: [said('m0')] })
          if (before > 1) await account.snoozeConversation({ ...key, until: new Date(Date.UTC(2100, 0)) })
        }
        const given = items.map(({ expectedVersion, ...item }) =>
          expectedVersion === undefined ? item : { ...item, expectedVersion: expectedVersion + before },
        )
        const conversations = given.flatMap((item, n) => [
          { ...together.key, ...item },
          { ...other.key, events: [said(`other${n}`, { occurredAt: at(n) })] },
        ])
        const results = await together.account.bulkUpsertConversationsWithEvents({ conversations })
        const expected: object[] = []
        for (const item of given) {
          const [result] = await apart.account.bulkUpsertConversationsWithEvents({ conversations: [{ ...apart.key, ...item }] })
          expected.push(told(result))
        }
        assert.deepEqual(results.filter((_, n) => n % 2 === 0).map(told), expected)
        for (const [n, result] of results.filter((_, n) => n % 2 === 1).entries())
          holds(written(result).conversation, { version: n, lastSeq: n + 1, unreadCount: n + 1, lastMessagePreview: `text of other${n}` })
        const stored = async ({ rows, customerId }: typeof together) => {
          const conversation = (await rows.conversations()).find((row) => row.customer_id === customerId)
          const messages = (await rows.messages()).filter((row) => row.conversation_id === conversation?.id)
          return [
            conversation?.version,
            conversation?.last_seq,
            conversation?.unread_count,
            messages.map((row) => [row.message_id, row.seq]),
          ]
        }
        assert.deepEqual(await stored(together), await stored(apart))
      },
    })),
  ),
])
