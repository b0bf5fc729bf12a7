import assert from 'node:assert/strict'
import { type CaseList, withEvents } from '../contract-case.js'
import { at, replied, said, sending } from '../events.js'
import { holds, present, rejects, upTo } from '../expectations.js'

export const applyReceiptCases: CaseList = [
  ...withEvents([
    {
      title: 'finds the message among the replies in the inbox, whoever the customer is',
      async run({ scene }) {
        const first = scene()
        const second = first.another()
        const { account, oaId } = first
        await first.write(said('m1'), replied('r1', { occurredAt: at(1) }))
        await second.write(replied('r2', { occurredAt: at(1) }), replied('r3', { occurredAt: at(1) }))
        const results = await account.applyReceipt({ oaId, status: 'read', messageIds: ['r2', 'r1'], occurredAt: at(5) })
        assert.deepEqual(results, [
          { messageId: 'r2', outcome: 'applied', customerIds: [second.customerId] },
          { messageId: 'r1', outcome: 'applied', customerIds: [first.customerId] },
        ])
        for (const [from, messageId] of [[first, 'r1'] as const, [second, 'r2'] as const]) {
          holds(present(await account.findMessage({ ...from.key, messageId })), { status: 'read', readAt: at(5) })
        }
        holds(present(await account.findMessage({ ...second.key, messageId: 'r3' })), { status: 'sent' })
        const again = await account.applyReceipt({ oaId, status: 'read', messageIds: ['r1'], occurredAt: at(5) })
        assert.deepEqual(again, [{ messageId: 'r1', outcome: 'unchanged', customerIds: [first.customerId] }])
        const failed = await account.applyReceipt({ oaId, status: 'failed', messageIds: ['r3'], error: '63016', occurredAt: at(2) })
        assert.deepEqual(failed, [{ messageId: 'r3', outcome: 'applied', customerIds: [second.customerId] }])
        holds(present(await account.findMessage({ ...second.key, messageId: 'r3' })), { status: 'failed', error: '63016' })
      },
    },
    {
      title: 'reports an id that replies to several customers have, and changes none of them',
      async run({ scene }) {
        const first = scene()
        const { account, oaId, rows } = first
        const customers = [first, ...upTo(11).map(() => first.another())]
        for (const each of customers) await each.write(replied('r1', { occurredAt: at(1) }))
        await first.write(replied('r2', { occurredAt: at(1) }))
        const ids = customers.map(({ customerId }) => customerId).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        const results = await account.applyReceipt({ oaId, status: 'delivered', messageIds: ['r1', 'r2'] })
        assert.deepEqual(results, [
          { messageId: 'r1', outcome: 'ambiguous', customerIds: ids.slice(0, 10) },
          { messageId: 'r2', outcome: 'applied', customerIds: [first.customerId] },
        ])
        const touched = (await rows.messages()).filter((row) => row.delivered_at !== null)
        assert.deepEqual(
          touched.map((row) => row.message_id),
          ['r2'],
        )
      },
    },
    {
      title: 'keeps nothing of an id that no reply of the inbox has: an unknown one, a customer’s message, another inbox’s or account’s',
      async run({ scene }) {
        const ours = scene()
        const theirs = ours.foreign()
        const { account, oaId, rows } = ours
        await ours.write(said('m1'))
        await theirs.write(replied('r1'))
        const elsewhere = { oaId: `${oaId} 2`, customerId: ours.customerId }
        await account.upsertConversationWithEvents({ ...elsewhere, events: [replied('r2')] })
        const messageIds = ['m1', 'r1', 'r2', 'r9']
        const results = await account.applyReceipt({ oaId, status: 'read', messageIds })
        assert.deepEqual(
          results,
          messageIds.map((messageId) => ({ messageId, outcome: 'unknown', customerIds: [] })),
        )
        assert.equal((await rows.events()).filter(({ type }) => type === 'receipt').length, 0)
        holds(present(await account.findMessage({ ...elsewhere, messageId: 'r2' })), { status: 'sent' })
        holds(present(await theirs.account.findMessage({ ...theirs.key, messageId: 'r1' })), { status: 'sent' })
      },
    },
    {
      title: 'finds a reply to any id of a person, also one that is somebody else’s by now',
      async run({ scene }) {
        const phone = scene()
        const user = phone.another()
        const stranger = phone.another()
        const { account, oaId } = phone
        const id = ({ customerId }: typeof phone, kind: string) => ({ id: customerId, kind })
        await phone.write(replied('r1', { occurredAt: at(1) }))
        await user.write(replied('r2', { occurredAt: at(1) }))
        await account.linkCustomerIds({ oaId, identities: [id(phone, 'phone'), id(user, 'user_id')] })
        const other = { id: `${phone.customerId} new`, kind: 'phone' }
        await user.write({ type: 'identity_change', previous: [id(phone, 'phone')], current: [other], occurredAt: at(3) })
        await account.upsertConversationWithEvents({
          ...phone.key,
          identities: [id(phone, 'phone'), id(stranger, 'user_id')],
          events: [said('z1', { occurredAt: at(4) })],
        })
        const results = await account.applyReceipt({ oaId, status: 'read', messageIds: ['r1', 'r2'], occurredAt: at(5) })
        assert.deepEqual(
          results.map(({ outcome }) => outcome),
          ['applied', 'applied'],
        )
        for (const messageId of ['r1', 'r2']) {
          holds(present(await account.findMessage({ ...user.key, messageId })), { status: 'read', readAt: at(5) })
        }
      },
    },
    {
      title: 'finds a reply in its chat, also where the channel became known after the chats were linked',
      async run({ scene }) {
        const first = scene()
        const second = first.another()
        const { account, oaId } = first
        await first.write(said('m1'))
        await second.write(replied('r1', { occurredAt: at(1) }))
        const identities = [first, second].map(({ customerId }, index) => ({ id: customerId, kind: `chat ${index}` }))
        await account.linkCustomerIds({ oaId, identities })
        await account.upsertConversation({ ...first.key, channel: 'telegram' })
        const results = await account.applyReceipt({ oaId, status: 'read', messageIds: ['r1'], occurredAt: at(5) })
        assert.deepEqual(results, [{ messageId: 'r1', outcome: 'applied', customerIds: [second.customerId] }])
        holds(present(await account.findMessage({ ...second.key, messageId: 'r1' })), { status: 'read', readAt: at(5) })
      },
    },
    {
      title: 'tells each person once, by the id of their thread, whatever their replies were sent under',
      async run({ scene }) {
        const user = scene()
        const phone = user.another()
        const { account, oaId } = user
        const id = ({ customerId }: typeof phone, kind: string) => ({ id: customerId, kind })
        for (const [each, localId] of [[user, 'l1'] as const, [phone, 'l2'] as const]) {
          await each.write(sending(localId), { type: 'message_sent', localId, messageId: 'r1', occurredAt: at(1) })
        }
        await phone.write(replied('r2', { occurredAt: at(1) }))
        await account.linkCustomerIds({ oaId, identities: [id(phone, 'phone'), id(user, 'user_id')] })
        const other = { id: `${phone.customerId} new`, kind: 'phone' }
        await user.write({ type: 'identity_change', previous: [id(phone, 'phone')], current: [other], occurredAt: at(3) })
        const taken = { ...phone.key, identities: [id(phone, 'phone'), id(phone.another(), 'user_id')] }
        await account.upsertConversationWithEvents({ ...taken, events: [said('z1', { occurredAt: at(4) })] })
        const results = await account.applyReceipt({ oaId, status: 'read', messageIds: ['r1', 'r2'], occurredAt: at(5) })
        assert.deepEqual(
          results.map(({ outcome, customerIds }) => [outcome, customerIds]),
          [
            ['applied', [user.customerId]],
            ['applied', [user.customerId]],
          ],
        )
      },
    },
  ]),
  {
    title: 'refuses a receipt without messages, one with too many, and an error of what did not fail',
    async run({ scene }) {
      const { account, oaId } = scene()
      await rejects(account.applyReceipt({ oaId, status: 'read', messageIds: [] }), 'VALIDATION_FAILED')
      await rejects(account.applyReceipt({ oaId, status: 'read', messageIds: ['r1'], error: 'x' }), 'VALIDATION_FAILED')
      const many = upTo(1001).map((n) => `r${n}`)
      await rejects(account.applyReceipt({ oaId, status: 'read', messageIds: many }), 'PAYLOAD_TOO_LARGE')
    },
  },
]
