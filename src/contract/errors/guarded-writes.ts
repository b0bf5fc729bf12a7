import assert from 'node:assert/strict'
import { isConversationStoreError } from '../../model/errors.js'
import type { AccountConversations } from '../../store/account-conversations.js'
import type { LeaseClaim } from '../../store/lease-port.js'
import { acquired, acquiredOnceOver, runOut } from '../cases/leases/lease-calls.js'
import { type CaseList, withJointWrites } from '../contract-case.js'
import { said } from '../events.js'
import { holds, only, racing, rejects, tally, upTo } from '../expectations.js'
import type { Scene } from '../scene.js'
import { guardableWrites } from '../sound-calls.js'

const sync = { kind: 'sync', key: 'page' }
const lost = { key: 'sync page', reason: 'taken over' } as const

/** Writes under leases. A holder that stood still and was replaced must write nothing, whatever it calls. */
export const guardedWriteCases: CaseList = withJointWrites([
  {
    title: 'comes from every write under a lease that was taken over, released, or never given, and nothing is written',
    async run({ scene }) {
      const here = scene()
      const { account, key } = here
      await here.write(said('m1'))
      const first = await acquired(account, sync, { ttlMs: 1 })
      const second = await acquiredOnceOver(account, sync)
      const before = await everything(here)
      for (const lease of [first, { ...second, token: second.token + 1 }, { ...second, kind: 'move' }, { ...second, key: 'other' }]) {
        for (const { send } of guardableWrites(key)) {
          const refused = { key: `${lease.kind} ${lease.key}`, reason: 'taken over' } as const
          await rejects(send(account, { lease }), 'LEASE_LOST', refused)
        }
      }
      await account.releaseLease({ ...sync, token: second.token })
      for (const { send } of guardableWrites(key)) await rejects(send(account, { lease: second }), 'LEASE_LOST', lost)
      assert.deepEqual(await everything(here), before)
    },
  },
  {
    title: 'does not come from the holder, whose writes have the same answers as without a lease, also once its time is over',
    async run({ scene }) {
      const [guarded, plain] = [scene(), scene()]
      const lease = await acquired(guarded.account, sync, { ttlMs: 1 })
      await runOut(guarded.account, sync)
      const answers = async ({ account, key }: Scene, options: { readonly lease?: typeof lease }) => [
        (await account.connectInbox({ oaId: key.oaId, channel: 'api', name: 'Shop' }, options)).name,
        (await account.upsertConversation({ ...key, nickname: 'Lan' }, options)).outcome,
        (await account.upsertConversationWithEvents({ ...key, events: [said('m1'), said('m2')] }, options)).conversation?.unreadCount,
        (await account.bulkUpsertConversationsWithEvents({ conversations: [{ ...key, events: [said('m2')] }] }, options)).map(
          ({ ok }) => ok,
        ),
        (await account.updateNickname({ ...key, nickname: 'Hoa' }, options)).conversation.version,
        (await account.markRead(key, options)).conversation.unreadCount,
        (await account.closeConversation(key, options)).conversation.status,
        (await account.reopenConversation(key, options)).conversation.status,
        (await account.updateContact({ ...key, name: 'Lan' }, options)).name,
        await account.sweep({}, options),
        (await account.disconnectInbox({ oaId: key.oaId }, options)).disconnectedAt !== null,
      ]
      assert.deepEqual(await answers(guarded, { lease }), await answers(plain, {}))
      assert.equal(only((await guarded.account.listLeases()).items).token, lease.token)
      await rejects(guarded.account.updateNickname({ ...guarded.key, nickname: null, expectedVersion: 99 }, { lease }), 'VERSION_CONFLICT')
    },
  },
  {
    title: 'lets no write of a holder take effect after another one has the lease, however many are under way',
    async run({ store, scene }) {
      for (const round of upTo(8)) {
        const { account, accountId, key, rows } = scene()
        const held = await acquired(account, sync, { ttlMs: 1 })
        const next = store().forAccount(accountId)
        const written: number[] = []
        const [takenOver, ...outcomes] = await racing(9, async (index) => {
          if (index > 1) return writeUnder(account, key, held, `m${index}`)
          // So the next holder comes early in one round and late in another.
          for (const _ of upTo(round)) await rows.messages()
          const lease = await acquiredOnceOver(next, sync)
          written.push((await rows.messages()).length)
          await next.upsertConversationWithEvents({ ...key, events: [said('next')] }, { lease })
          return 'taken over'
        })
        assert.equal(takenOver, 'taken over')
        const { written: stored = 0 } = tally(outcomes)
        assert.deepEqual([stored, (await rows.messages()).length], [written[0], stored + 1])
      }
    },
  },
  {
    title: 'comes in the host’s transaction as well, which goes on',
    needs: ['transactions'],
    async run({ scene, inTransaction }) {
      const { store, account, accountId, key, rows } = scene()
      const lease = await acquired(account, sync)
      await inTransaction(async (transaction) => {
        const inside = store.using(transaction).forAccount(accountId)
        await rejects(inside.upsertConversation(key, { lease: { ...lease, token: lease.token + 1 } }), 'LEASE_LOST', lost)
        assert.equal((await inside.upsertConversation({ ...key, nickname: 'x' }, { lease })).outcome, 'created')
      })
      holds(only(await rows.conversations()), { nickname: 'x' })
    },
  },
  {
    title: 'does not come for another account’s lease of the same name, which guards nothing here',
    async run({ scene }) {
      const here = scene()
      const lease = await acquired(here.foreign().account, sync)
      await rejects(here.account.upsertConversation(here.key, { lease }), 'LEASE_LOST', lost)
      assert.deepEqual(await here.rows.conversations(), [])
    },
  },
])

async function writeUnder(account: AccountConversations, key: Scene['key'], lease: LeaseClaim, messageId: string) {
  try {
    await account.upsertConversationWithEvents({ ...key, events: [said(messageId)] }, { lease })
    return 'written'
  } catch (error) {
    if (!isConversationStoreError(error, 'LEASE_LOST')) throw error
    return 'lost'
  }
}

async function everything({ rows }: Scene) {
  return [
    await rows.conversations(),
    await rows.messages(),
    await rows.events(),
    await rows.contactInboxes(),
    await rows.contacts(),
    await rows.inboxes(),
  ]
}
