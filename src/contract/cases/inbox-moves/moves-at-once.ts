import assert from 'node:assert/strict'
import { ConversationStoreError, isConversationStoreError } from '../../../model/errors.js'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { losingReplies, retry } from '../../errors/losing-replies.js'
import { said } from '../../events.js'
import { column, holds, only, racing, rejects, tally, upTo } from '../../expectations.js'
import { interceptedAdapter } from '../../intercepted-adapter.js'
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
      title: 'gives a batch up when its own time is over, of which nothing has moved then',
      async run({ scene, storeOver, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique)
        await here.write(said('m1'))
        let sent = 0
        const isBusy = new ConversationStoreError('CONTENTION', { attempts: 1 })
        const refusing = storeOver(
          (adapter) =>
            interceptedAdapter(adapter, async ({ name, send }) => {
              if (name !== 'moveInboxBatch') return send()
              sent += 1
              throw isBusy
            }),
          // Even the shortest pause of a timer is a millisecond, so these attempts take longer than the batch may.
          { retry: { attempts: 1_000, baseMs: 0, maxMs: 0 } },
        )
        const account = refusing.forAccount(here.accountId)
        const migration = await begun(move)
        const error = await rejects(batch({ account }, migration, { withinMs: 50 }), 'CONTENTION')
        assert.equal(error.details.attempts, sent)
        assert.ok(sent < 1_000, 'every attempt was made')
        holds(only(await raw.inboxMigrations(here.accountId)), { batches: 0, status: 'queued' })
        const moved = { conversations: 1, messages: 1, attachments: 0, contactInboxes: 1 }
        holds(await batch(move, migration, { withinMs: 60_000 }), { batches: 1, moved })
        for (const withinMs of [0, 0.5, 3_600_001]) {
          const refused = await rejects(batch(move, migration, { withinMs }), 'VALIDATION_FAILED')
          assert.deepEqual(only(refused.details.issues).path, 'withinMs')
        }
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
