import assert from 'node:assert/strict'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { replied, said, sending } from '../../events.js'
import { holds, only, present } from '../../expectations.js'
import { begun, identitiesOf, moveAll, moveOf } from './move-calls.js'

const whatsApp = { source: 'whatsapp', destination: 'whatsapp' }

/** Where a reply goes to somebody who has moved. */
export const repliesToMovedCases: CaseList = withEvents(
  withJointWrites([
    {
      title: 'sends a reply to a moved conversation by its own contact inbox, from the destination to the same recipient',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, whatsApp)
        const { account, key, rows } = here
        const user = unique('user')
        const identities = identitiesOf(here.customerId, user)
        await account.upsertConversationWithEvents({ ...key, identities, events: [said('m1')] })
        const before = present(await account.findByOaAndCustomer(key))
        await moveAll(move, await begun(move))
        const { id, oaId, recipientId } = present(await account.findConversation({ conversationId: before.id }))
        assert.deepEqual([oaId, recipientId], [move.destinationOaId, here.customerId])
        for (const customerId of [recipientId, user]) {
          const events = [sending(`to ${customerId}`), replied(`echo to ${customerId}`)]
          const sent = await account.upsertConversationWithEvents({ oaId, customerId, events })
          assert.deepEqual([sent.outcome, sent.conversation?.id, sent.redirectedTo], ['updated', id, undefined])
          holds(sent.conversation, { oaId, recipientId })
        }
        const { contact_inbox_id: own } = only(await rows.conversations())
        const messages = await rows.messages()
        assert.equal(messages.length, 5)
        const carriers = new Set(messages.map(({ contact_inbox_id }) => contact_inbox_id))
        const those = (await rows.contactInboxes()).filter((row) => carriers.has(row.id) || row.id === own)
        for (const row of those) holds(row, { oa_id: oaId })
        const reply = present(messages.find(({ local_id }) => local_id === `to ${recipientId}`))
        assert.equal(reply.contact_inbox_id, own)
        holds(present(those.find((row) => row.id === own)), { customer_id: recipientId, channel: 'whatsapp' })
      },
    },
    {
      title: 'sends a reply to somebody who became one with a person of the destination by the id that both inboxes have',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, whatsApp)
        const { account, key } = here
        const there = { oaId: move.destinationOaId, customerId: here.customerId }
        await account.upsertConversationWithEvents({ ...there, events: [said('m1')] })
        await account.closeConversation(there)
        const { conversation } = await here.write(said('m2'))
        await moveAll(move, await begun(move, { onActiveConflict: 'merge' }))
        const { id, oaId, recipientId } = present(await account.findConversation({ conversationId: present(conversation).id }))
        assert.deepEqual({ oaId, customerId: recipientId }, there)
        const sent = await account.upsertConversationWithEvents({ oaId, customerId: recipientId, events: [sending('reply')] })
        assert.deepEqual([sent.outcome, sent.conversation?.id], ['updated', id])
        holds(only((await account.listMessages({ conversationId: id, limit: 10 })).items.filter(({ localId }) => localId === 'reply')), {
          conversationId: id,
          direction: 'outbound',
        })
        assert.equal(await account.findByOaAndCustomer(key), null)
      },
    },
  ]),
)
