import assert from 'node:assert/strict'
import { isConversationStoreError } from '../../../model/errors.js'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { losingReplies, retry } from '../../errors/losing-replies.js'
import { said } from '../../events.js'
import { column, holds, only, racing, rejects, tally } from '../../expectations.js'
import { begun, moveAll, moveOf } from './move-calls.js'

/** Redirects that meet each other, a lost reply, a move, or the first messages of strangers. */
export const redirectsAtOnceCases: CaseList = [
  ...withJointWrites([
    {
      title: 'lets one of two calls redirect that would make a circle, and one of two that would make a chain',
      async run({ scene, unique }) {
        const here = scene()
        const { account } = here
        for (const makesCircle of [true, false]) {
          const [a, b, c] = [unique('a'), unique('b'), unique('c')]
          for (const oaId of [a, b, c]) await account.connectInbox({ oaId, channel: 'sms' })
          const outcomes = await racing(10, async (n) => {
            const [oaId, to] = n % 2 === 0 ? [a, b] : [b, makesCircle ? a : c]
            return account.redirectInbox({ oaId, to }).then(
              () => `to ${to}`,
              (error: unknown) => (isConversationStoreError(error) ? error.code : String(error)),
            )
          })
          const done = Object.keys(tally(outcomes)).filter((outcome) => outcome !== 'REDIRECT_REFUSED')
          only(done)
          assert.deepEqual(tally(outcomes), { REDIRECT_REFUSED: 5, [only(done)]: 5 })
          const rows = (await here.rows.inboxes()).filter(({ oa_id }) => [a, b, c].includes(String(oa_id)))
          assert.equal(rows.filter(({ redirected_to }) => redirected_to !== null).length, 1)
        }
      },
    },
    {
      title: 'changes an inbox once whose reply was lost',
      async run({ scene, storeOver, clock, unique }) {
        const here = scene()
        const { sourceOaId: oaId, destinationOaId: to } = await moveOf(here, unique)
        const account = storeOver(losingReplies(1), { retry, clock: clock.now }).forAccount(here.accountId)
        const now = clock.advance(1_000)
        holds(await account.redirectInbox({ oaId, to }), { redirectedTo: to, updatedAt: now })
      },
    },
  ]),
  ...withEvents(
    withJointWrites([
      {
        title: 'writes once what a lost reply was about, in the destination',
        async run({ scene, storeOver, unique }) {
          const here = scene()
          const { account, sourceOaId: oaId, destinationOaId: to } = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
          await account.redirectInbox({ oaId, to })
          const lossy = storeOver(losingReplies(1), { retry }).forAccount(here.accountId)
          const written = await lossy.upsertConversationWithEvents({ ...here.key, events: [said('m1')] })
          assert.deepEqual([written.outcome, written.redirectedTo], ['created', to])
          holds(only(await here.rows.conversations()), { oa_id: to, last_seq: 1, version: 0 })
          only(await here.rows.contactInboxes())
        },
      },
      {
        title: 'says that it is not known where a write went whose reply was lost while the redirect ended',
        async run({ scene, storeOver, unique }) {
          const here = scene()
          const { account, sourceOaId: oaId, destinationOaId: to } = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
          await account.redirectInbox({ oaId, to })
          const known = here.another()
          await account.upsertConversationWithEvents({ oaId: to, customerId: known.customerId, events: [said('m1')] })
          const ending = storeOver(
            losingReplies(1, () => account.redirectInbox({ oaId, to: null })),
            { retry },
          ).forAccount(here.accountId)
          await rejects(ending.upsertConversationWithEvents({ ...here.key, events: [said('m1')] }), 'COMMIT_OUTCOME_UNKNOWN')
          assert.deepEqual(column(await here.rows.conversations(), 'oa_id'), [to, to])
          const again = await here.write(said('m1'))
          assert.deepEqual([again.outcome, again.redirectedTo], ['created', undefined])
        },
      },
      {
        title: 'lands all that 12 strangers say while the inbox is redirected in one inbox for each of them',
        async run({ scene, unique, store }) {
          for (const known of [2, 5, 8]) {
            const here = scene()
            const { account, sourceOaId: oaId, destinationOaId: to } = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
            // Each writer has a store of its own, as processes have, so that no queue orders their calls.
            const writers = [0, 1, 2, 3].map(() => store().forAccount(here.accountId))
            let redirecting: Promise<unknown> | undefined
            const writing = writers.map(async (writer, w) => {
              for (let n = 0; n < 12; n++) {
                const write = { oaId, customerId: `c${n}`, events: [said(`m${w}`)] }
                if ((n + w) % 5 === 0) await writer.bulkUpsertConversationsWithEvents({ conversations: [write] })
                else if ((n + w) % 7 === 0) await writer.upsertConversation({ oaId, customerId: `c${n}` })
                else await writer.upsertConversationWithEvents(write)
                // The strangers come one after the other, and the redirect between two of them.
                if (n === known) redirecting ??= account.redirectInbox({ oaId, to })
              }
            })
            await Promise.all(writing)
            await redirecting
            const customers = (await here.rows.contactInboxes()).map(({ customer_id }) => customer_id)
            assert.equal(new Set(customers).size, 12)
            assert.equal(customers.length, 12, 'each stranger is known to one inbox')
            assert.equal((await here.rows.conversations()).length, 12)
            const told = await here.account.upsertConversationWithEvents({ oaId, customerId: 'last', events: [said('m1')] })
            assert.equal(told.redirectedTo, to)
          }
        },
      },
      {
        title: 'leaves a stranger in the inbox whom a transaction made known that was not over when it was redirected',
        needs: ['transactions'],
        async run({ scene, unique, store, inTransaction }) {
          const here = scene()
          const { account, sourceOaId: oaId, destinationOaId: to } = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
          const waited: Promise<unknown>[] = []
          await inTransaction(async (transaction) => {
            const inside = here.store.using(transaction).forAccount(here.accountId)
            await inside.upsertConversationWithEvents({ ...here.key, events: [said('m1')] })
            // These calls may have to wait for the transaction, which reads a while to let them go as far as they can.
            for (const call of [
              () => account.redirectInbox({ oaId, to }),
              () =>
                store()
                  .forAccount(here.accountId)
                  .upsertConversationWithEvents({ ...here.key, events: [said('m2')] }),
            ]) {
              waited.push(call())
              for (let n = 0; n < 20; n++) await inside.findByOaAndCustomer(here.key)
            }
          })
          await Promise.all(waited)
          holds(only(await here.rows.contactInboxes()), { oa_id: oaId })
          holds(only(await here.rows.conversations()), { oa_id: oaId, last_seq: 2 })
        },
      },
      {
        title: 'lands what comes while people move to the destination in one conversation of theirs',
        async run({ scene, unique, store }) {
          const here = scene()
          const move = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
          const { account, sourceOaId: oaId, destinationOaId: to } = move
          for (let n = 0; n < 8; n++) await account.upsertConversationWithEvents({ oaId, customerId: `c${n}`, events: [said('m')] })
          await account.redirectInbox({ oaId, to })
          const writers = [1, 2, 3, 4].map(() => store().forAccount(here.accountId))
          const moving = begun(move).then((first) => moveAll(move, first, { people: 2 }))
          const writing = racing<unknown>(48, async (n) => {
            const write = { oaId, customerId: `c${n % 12}`, events: [said(`m${n}`)] }
            return (writers[n % writers.length] ?? account).upsertConversationWithEvents(write)
          })
          await Promise.all([moving, writing])
          assert.deepEqual(new Set(column(await here.rows.conversations(), 'oa_id')), new Set([to]))
          assert.equal((await here.rows.conversations()).length, 12)
          assert.equal((await here.rows.messages()).length, 56)
        },
      },
    ]),
  ),
]
