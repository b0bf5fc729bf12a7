import assert from 'node:assert/strict'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { said } from '../../events.js'
import { column, holds, present } from '../../expectations.js'
import type { Scene } from '../../scene.js'
import { begun, type Move, moveAll, moveOf, undone } from './move-calls.js'

const [twilio, cloud] = ['+84912345601', '84912345601']
const phone = (id: string) => ({ id, kind: 'phone' })
const account = (id: string) => ({ id, kind: 'user_id' })

function betweenProviders(here: Scene, unique: (prefix: string) => string): Promise<Move> {
  return moveOf(here, unique, { source: 'whatsapp', destination: 'whatsapp' })
}

/** One person whose number each of two providers writes in its own form, and names as a phone. */
export const numbersInAnyFormCases: CaseList = withEvents(
  withJointWrites([
    {
      title: 'makes people one whose number both inboxes know as a phone, answers the form of the destination, and parts them again',
      async run({ scene, unique }) {
        const here = scene()
        for (const onActiveConflict of ['close_source', 'merge'] as const) {
          const move = await betweenProviders(here, unique)
          const source = { oaId: move.sourceOaId, customerId: twilio }
          const there = { oaId: move.destinationOaId, customerId: cloud }
          const write = (key: typeof source, id: string) =>
            here.account.upsertConversationWithEvents({ ...key, identities: [phone(key.customerId)], events: [said(id)] })
          const { conversation } = await write(source, 'm1')
          const kept = present((await write(there, 'm2')).conversation)
          const before = present(conversation)
          const moved = await moveAll(move, await begun(move, { onActiveConflict }))
          holds(moved, { skipped: 0, contactsMerged: 1 })
          const now = present(await here.account.findByOaAndCustomer(there))
          holds(now, { id: kept.id, recipientId: cloud })
          assert.deepEqual(
            now.identities.map(({ id, formerSince }) => [id, formerSince === null]),
            [
              [cloud, true],
              [twilio, false],
            ],
          )
          // What comes next from the destination's provider is no second number of theirs.
          const { conflicts } = await here.account.upsertConversationWithEvents({
            ...there,
            identities: [phone(cloud)],
            events: [said('m3')],
          })
          assert.deepEqual(conflicts, [])
          await undone(move, moved.id)
          holds(await here.account.findByOaAndCustomer(source), { id: before.id, recipientId: twilio, identities: before.identities })
          holds(await here.account.findByOaAndCustomer(there), { id: kept.id, recipientId: cloud })
        }
      },
    },
    {
      title: 'takes what comes by a moved number in the form of the destination as its person’s, who is answered by it',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await betweenProviders(here, unique)
        const { account: store, accountId } = here
        const number = (n: number) => `8491234560${n}`
        const calls = [
          (key: Key) => store.upsertConversation({ ...key, nickname: 'Lan' }),
          (key: Key) => store.upsertConversationWithEvents({ ...key, events: [said('m2')] }),
          (key: Key) => store.upsertConversationWithEvents({ ...key, identities: [phone(key.customerId)], events: [said('m2')] }),
          (key: Key) =>
            store.upsertConversationWithEvents({
              ...key,
              identities: [phone(key.customerId), account(`VN.${key.customerId}`)],
              events: [said('m2')],
            }),
          (key: Key) => store.bulkUpsertConversationsWithEvents({ conversations: [{ ...key, events: [said('m2'), said('m3')] }] }),
          (key: Key) =>
            store.upsertConversationWithEvents({
              oaId: key.oaId,
              customerId: `VN.${key.customerId}`,
              identities: [account(`VN.${key.customerId}`), phone(key.customerId)],
              events: [said('m2')],
            }),
        ]
        for (const n of calls.keys()) {
          const identities = n % 2 === 0 ? {} : { identities: [phone(`+${number(n)}`)] }
          await store.upsertConversationWithEvents({
            oaId: move.sourceOaId,
            customerId: `+${number(n)}`,
            ...identities,
            events: [said('m1')],
          })
        }
        await moveAll(move, await begun(move))
        for (const [n, call] of calls.entries()) {
          const former = present(await store.findByOaAndCustomer({ oaId: move.destinationOaId, customerId: `+${number(n)}` }))
          const key = { oaId: move.destinationOaId, customerId: number(n) }
          await call(key)
          const now = present(await store.findByOaAndCustomer(key))
          holds(now, { id: former.id, contactId: former.contactId, recipientId: number(n) })
          holds(await store.findByOaAndCustomer({ ...key, customerId: `+${number(n)}` }), { id: former.id })
          const said1 = { ...key, events: [said('m1')] }
          assert.deepEqual(
            (await store.upsertConversationWithEvents(said1)).events.map(({ outcome }) => outcome),
            ['duplicate'],
          )
        }
        const active = (await raw.conversations(accountId)).filter(({ status }) => status !== 'closed')
        assert.equal(active.length, calls.length)
      },
    },
    {
      title: 'takes two forms of a number for two people where nobody was moved, or where two people have it',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await betweenProviders(here, unique)
        const write = (oaId: string, customerId: string) =>
          here.account.upsertConversationWithEvents({ oaId, customerId, events: [said('m1')] })
        await write(move.sourceOaId, twilio)
        await write(move.sourceOaId, cloud)
        await moveAll(move, await begun(move))
        await write(move.destinationOaId, `whatsapp:${twilio}`)
        assert.deepEqual(column(await raw.conversations(here.accountId), 'customer_id'), [twilio, cloud, `whatsapp:${twilio}`].sort())
        assert.deepEqual(column(await raw.contactInboxes(here.accountId), 'canonical_id'), [null, null, null])
      },
    },
    {
      title: 'leaves the same people whatever batches they come in',
      async run({ scene, unique }) {
        const here = scene()
        for (const people of [1, 10]) {
          const move = await betweenProviders(here, unique)
          for (const customerId of ['551187654321', '5511987654321', cloud, `whatsapp:${twilio}`]) {
            await here.account.upsertConversation({ oaId: move.sourceOaId, customerId })
          }
          const { skipped, moved } = await moveAll(move, await begun(move, { onActiveConflict: 'merge' }), { people })
          assert.deepEqual([skipped, moved.contactInboxes], [0, 4])
          const there = (await here.account.findByOa({ oaId: move.destinationOaId, limit: 10 })).items
          assert.equal(new Set(there.map(({ contactId }) => contactId)).size, 4)
        }
      },
    },
  ]),
)

interface Key {
  readonly oaId: string
  readonly customerId: string
}
