import assert from 'node:assert/strict'
import { isConversationStoreError } from '../../../model/errors.js'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { holds, only, present, racing, tally } from '../../expectations.js'

export const usernameRaceCases: CaseList = withJointWrites([
  {
    title: 'gives 25 concurrent new ids of one username the one conversation',
    async run({ scene }) {
      const old = scene()
      const { account, oaId, rows } = old
      await account.upsertConversation({ ...old.key, customerUsername: 'lan', matchUsername: true })
      const claim = { oaId, customerUsername: 'lan', matchUsername: true }
      const results = await racing(25, (index) => account.upsertConversation({ ...claim, customerId: `c${index}` }))
      assert.deepEqual(tally(results.map(({ outcome }) => outcome)), { adopted: 25 })
      only(await rows.conversations())
      assert.equal((await rows.contactInboxes()).length, 26)
    },
  },
  {
    title: 'opens one conversation for 25 concurrent ids of a username that nobody had yet',
    async run({ scene }) {
      const { account, oaId, rows } = scene()
      const claim = { oaId, customerUsername: 'lan', matchUsername: true }
      const results = await racing(25, (index) => account.upsertConversation({ ...claim, customerId: `c${index}` }))
      assert.deepEqual(tally(results.map(({ outcome }) => outcome)), { created: 1, adopted: 24 })
      only(await rows.conversations())
    },
  },
  {
    title: 'loses no patch of 10 conversations whose usernames are claimed while another customer of each name comes',
    async run({ scene }) {
      const { account, oaId, rows } = scene()
      // These are fields of their own, so that one which was overwritten stays so.
      const fields = [{ nickname: 'Lan' }, { chatbotId: 'bot' }, { customerName: 'Lan Nguyễn' }, { metadata: { vip: true } }]
      const patched = { nickname: 'Lan', chatbot_id: 'bot', customer_name: 'Lan Nguyễn', metadata: { vip: true } }
      const adoptions = await racing(10, async (index) => {
        const [first, second] = [`first ${index}`, `second ${index}`].map((customerId) => ({ oaId, customerId }))
        const claim = { customerUsername: `lan${index}`, matchUsername: true }
        const { conversation } = await account.upsertConversation(present(first))
        await account.upsertConversation(present(second))
        await account.closeConversation(present(second))
        const claimAndPatch = async () => {
          const isClaimed = await account.upsertConversation({ ...present(first), ...claim }).then(() => true, wasTaken)
          for (const field of fields) await account.updateConversation({ conversationId: conversation.id, ...field })
          return isClaimed
        }
        const [isClaimed, { outcome }] = await Promise.all([claimAndPatch(), account.upsertConversation({ ...present(second), ...claim })])
        assert.equal(outcome, isClaimed ? 'adopted' : 'created')
        return { id: conversation.id, version: isClaimed ? fields.length + 2 : fields.length }
      })
      const conversations = await rows.conversations()
      for (const { id, version } of adoptions) {
        holds(
          conversations.find((row) => row.id === id),
          { ...patched, version },
        )
      }
    },
  },
])

/** False if the other customer has the username by now. Then both have an active conversation. */
function wasTaken(error: unknown): boolean {
  assert.ok(isConversationStoreError(error, 'USERNAME_TAKEN'), String(error))
  return false
}
