import assert from 'node:assert/strict'
import { isConversationStoreError } from '../../../model/errors.js'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { losingReplies, retry } from '../../errors/losing-replies.js'
import { said } from '../../events.js'
import { column, holds, only, racing, tally, upTo } from '../../expectations.js'
import { batch, begun, moveAll, moveOf } from './move-calls.js'

/** Batches that meet each other, a lost reply, or the messages of those who move. */
export const movesAtOnceCases: CaseList = withEvents(
  withJointWrites([
    {
      title: 'moves and counts a batch once whose reply was lost',
      async run({ scene, storeOver, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique)
        await here.write(said('m1'))
        await here.another().write(said('m1'))
        const account = storeOver(losingReplies(2), { retry }).forAccount(here.accountId)
        const first = await batch({ account }, await begun(move), { people: 1 })
        holds(first, { batches: 1, moved: { conversations: 1, messages: 1, attachments: 0, contactInboxes: 1 } })
        holds(await moveAll({ account }, first), {
          status: 'completed',
          moved: { conversations: 2, messages: 2, attachments: 0, contactInboxes: 2 },
        })
        assert.deepEqual(column(await raw.conversations(here.accountId), 'version'), [1, 1])
      },
    },
    {
      title: 'lets one of 10 callers move the batch that comes next, and tells the others that they came too late',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique)
        for (const customerId of ['a', 'b', 'c']) await here.account.upsertConversation({ oaId: here.oaId, customerId })
        const migration = await begun(move)
        const outcomes = await racing(10, () =>
          batch(move, migration, { people: 1 }).then(
            () => 'moved',
            (error: unknown) => (isConversationStoreError(error) ? error.code : String(error)),
          ),
        )
        assert.deepEqual(tally(outcomes), { moved: 1, LEASE_LOST: 9 })
        holds(only(await raw.inboxMigrations(here.accountId)), { batches: 1, contact_inboxes_moved: 1 })
      },
    },
    {
      title: 'stores each of 40 messages once that come while their customers move, in a conversation of its customer’s inbox',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
        const { account, accountId, oaId } = here
        const customers = upTo(8).map((n) => `c${n}`)
        for (const customerId of customers) await account.upsertConversationWithEvents({ oaId, customerId, events: [said('m0')] })
        const moving = begun(move).then((first) => moveAll(move, first, { people: 2 }))
        const writing = racing<unknown>(40, (n) => {
          const customerId = customers[n % customers.length] ?? ''
          const write = { oaId, customerId, events: [said(`m${n}`)] }
          return n % 3 === 0
            ? account.bulkUpsertConversationsWithEvents({ conversations: [write] })
            : account.upsertConversationWithEvents(write)
        })
        await Promise.all([moving, writing])
        assert.equal((await raw.messages(accountId)).length, 48)
        const contactInboxes = new Map((await raw.contactInboxes(accountId)).map((row) => [row.id, row]))
        for (const row of await raw.conversations(accountId)) {
          holds(contactInboxes.get(row.contact_inbox_id), { oa_id: row.oa_id, customer_id: row.customer_id, channel: row.channel })
        }
        const conversations = new Map((await raw.conversations(accountId)).map((row) => [row.id, row]))
        for (const { conversation_id, contact_inbox_id } of await raw.messages(accountId)) {
          holds(conversations.get(conversation_id), { contact_inbox_id })
        }
      },
    },
  ]),
)
