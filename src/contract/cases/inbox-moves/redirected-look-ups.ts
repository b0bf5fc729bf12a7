import assert from 'node:assert/strict'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { at, replied, said } from '../../events.js'
import { holds, only, present, rejects } from '../../expectations.js'
import { begun, moveAll, moveOf } from './move-calls.js'

/** What finds its conversation, contact or message by the key of a customer whose inbox redirects. */
export const redirectedLookUpsCases: CaseList = withEvents(
  withJointWrites([
    {
      title: 'leads what names a customer to the destination, and what lists an inbox to what it holds',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
        const { account, sourceOaId: oaId, destinationOaId: to } = move
        const { key } = here
        const { conversation } = await here.write(said('m1'))
        await moveAll(move, await begun(move))
        assert.equal(await account.findByOaAndCustomer(key), null)
        await account.redirectInbox({ oaId, to })
        const { id } = present(conversation)
        holds(await account.findByOaAndCustomer(key), { id, oaId: to })
        holds(await account.findMessage({ ...key, messageId: 'm1' }), { conversationId: id })
        holds(await account.updateContact({ ...key, name: 'Lan' }), { name: 'Lan' })
        holds(await account.findContact(key), { name: 'Lan' })
        const { outcome, conversation: patched, redirectedTo } = await account.updateNickname({ ...key, nickname: 'L' })
        assert.deepEqual([outcome, patched.id, redirectedTo], ['updated', id, to])
        holds((await account.markRead(key)).conversation, { id, unreadCount: 0 })
        holds((await account.markUnread(key)).conversation, { id, unreadCount: 1 })
        holds((await account.closeConversation(key)).conversation, { id, status: 'closed' })
        assert.equal(await account.findByOaAndCustomer(key), null)
        holds(await account.findByOaAndCustomer({ ...key, status: 'any' }), { id })
        holds((await account.reopenConversation(key)).conversation, { id, status: 'open' })
        holds((await account.snoozeConversation({ ...key, until: at(1) })).conversation, { id, status: 'snoozed' })
        assert.deepEqual([(await account.findByOa({ oaId })).items, await account.countConversations({ oaId })], [[], 0])
        holds(only((await account.findByOa({ oaId: to })).items), { id })
      },
    },
    {
      title: 'looks no further for a customer whom the inbox knows, and finds nobody of another account',
      async run({ scene, unique }) {
        const here = scene()
        const { account, sourceOaId: oaId, destinationOaId: to } = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
        const there = { oaId: to, customerId: here.customerId }
        await here.write(said('m1'))
        await account.closeConversation(here.key)
        await account.upsertConversationWithEvents({ ...there, events: [said('m2')] })
        await account.redirectInbox({ oaId, to })
        assert.equal(await account.findByOaAndCustomer(here.key), null)
        assert.equal(await account.findMessage({ ...here.key, messageId: 'm2' }), null)
        await rejects(account.updateNickname({ ...here.key, nickname: 'L' }), 'NOT_FOUND')
        holds(present(await account.findByOaAndCustomer(there)), { nickname: null })
        const stranger = here.another()
        await rejects(account.markRead(stranger.key), 'NOT_FOUND')
        assert.equal(await here.foreign().account.findByOaAndCustomer(stranger.key), null)
      },
    },
    {
      title: 'finds the reply that a receipt names by the inbox alone, where it was sent and where it has moved',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
        const { account, sourceOaId: oaId, destinationOaId: to } = move
        await here.write(replied('r1', { occurredAt: at(1) }))
        await moveAll(move, await begun(move))
        const stays = here.another()
        await stays.write(replied('r2', { occurredAt: at(1) }))
        const unknown = await account.applyReceipt({ oaId, status: 'read', messageIds: ['r1'], occurredAt: at(2) })
        assert.deepEqual(unknown, [{ messageId: 'r1', outcome: 'unknown', customerIds: [] }])
        await account.redirectInbox({ oaId, to })
        const told = await account.applyReceipt({ oaId, status: 'read', messageIds: ['r2', 'r1', 'r3'], occurredAt: at(2) })
        assert.deepEqual(told, [
          { messageId: 'r2', outcome: 'applied', customerIds: [stays.customerId] },
          { messageId: 'r1', outcome: 'applied', customerIds: [here.customerId] },
          { messageId: 'r3', outcome: 'unknown', customerIds: [] },
        ])
        for (const row of await here.rows.messages()) holds(row, { status: 'read', read_at: at(2) })
      },
    },
    {
      title: 'links ids that the inbox does not know in the destination, and ids of whom it knows in the inbox',
      async run({ scene, unique }) {
        const here = scene()
        const { account, sourceOaId: oaId, destinationOaId: to } = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
        const [user, newPhone, newUser] = [unique('a'), unique('b'), unique('c')]
        const people = (one: string, two: string) => [
          { id: one, kind: 'phone' },
          { id: two, kind: 'user_id' },
        ]
        await here.write(said('m1'))
        await account.upsertConversation({ oaId: to, customerId: newPhone })
        await account.redirectInbox({ oaId, to })
        holds(await account.linkCustomerIds({ oaId, identities: people(here.customerId, user) }), { outcome: 'linked' })
        holds(await account.linkCustomerIds({ oaId, identities: people(newPhone, newUser) }), { outcome: 'linked' })
        const places = (await here.rows.contactInboxes()).map(({ oa_id, customer_id }) => `${oa_id} ${customer_id}`)
        assert.deepEqual(places.sort(), [`${oaId} ${here.customerId}`, `${oaId} ${user}`, `${to} ${newPhone}`, `${to} ${newUser}`].sort())
      },
    },
  ]),
)
