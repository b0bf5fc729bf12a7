import assert from 'node:assert/strict'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { holds, only, present } from '../../expectations.js'

export const identityCases: CaseList = [
  {
    title: 'keeps the kind of a customer’s only id, and tells it once',
    async run({ scene }) {
      const { account, key, customerId, rows } = scene()
      const identities = [{ id: customerId, kind: 'phone' }]
      const opened = await account.upsertConversation({ ...key, identities })
      assert.equal(opened.outcome, 'created')
      assert.deepEqual(opened.conversation.identities, [{ ...identities[0], formerSince: null }])
      holds(await account.upsertConversation({ ...key, identities }), { outcome: 'unchanged', conversation: opened.conversation })
      assert.deepEqual(await account.findByOaAndCustomer(key), opened.conversation)
      only(await rows.contactInboxes())
      await account.closeConversation(key)
      const again = await account.upsertConversation({ ...key, identities, onClosed: 'reopen' })
      holds(again, { outcome: 'reopened' })
      assert.deepEqual(again.conversation.identities, opened.conversation.identities)
    },
  },
  ...withJointWrites([
    {
      title: 'links the ids of a call without events, and patches the conversation that they share',
      async run({ scene }) {
        const phone = scene()
        const { account } = phone
        const user = phone.another()
        const identities = [
          { id: phone.customerId, kind: 'phone' },
          { id: user.customerId, kind: 'user_id' },
        ]
        const { conversation } = await account.upsertConversation(phone.key)
        const linked = await account.upsertConversation({ ...user.key, identities, nickname: 'Lan' })
        holds(linked, { outcome: 'updated' })
        holds(linked.conversation, { id: conversation.id, nickname: 'Lan', version: 1, recipientId: phone.customerId })
        assert.deepEqual(await account.findByOaAndCustomer(user.key), linked.conversation)
        holds(await account.upsertConversation({ ...phone.key, identities, nickname: 'Lan' }), { outcome: 'unchanged' })
        const renamed = await account.updateNickname({ ...user.key, nickname: 'Mrs. Lan', expectedVersion: 1 })
        assert.deepEqual(present(await account.findByOaAndCustomer(phone.key)), renamed.conversation)
      },
    },
  ]),
]
