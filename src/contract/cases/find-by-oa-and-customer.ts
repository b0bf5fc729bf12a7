import assert from 'node:assert/strict'
import type { CaseList } from '../contract-case.js'
import { rejects } from '../expectations.js'

export const findByOaAndCustomerCases: CaseList = [
  {
    title: 'finds the active conversation, snoozed ones too, and none that is closed',
    async run({ scene }) {
      const { account, key, open } = scene()
      assert.equal(await account.findByOaAndCustomer(key), null)
      const opened = await open()
      assert.deepEqual(await account.findByOaAndCustomer(key), opened)
      const { conversation: snoozed } = await account.snoozeConversation({ ...key, until: new Date('2100-01-01') })
      assert.deepEqual(await account.findByOaAndCustomer(key), snoozed)
      await account.closeConversation(key)
      assert.equal(await account.findByOaAndCustomer(key), null)
    },
  },
  {
    title: 'finds the latest with `status: any`, whatever its status',
    async run({ clock, store, scene }) {
      const { account, key, open } = scene(store({ clock: clock.now }))
      assert.equal(await account.findByOaAndCustomer({ ...key, status: 'any' }), null)
      await open()
      await account.closeConversation(key)
      clock.advance(1)
      const second = await open()
      assert.deepEqual(await account.findByOaAndCustomer({ ...key, status: 'any' }), second)
      const { conversation: closed } = await account.closeConversation(key)
      assert.deepEqual(await account.findByOaAndCustomer({ ...key, status: 'any' }), closed)
    },
  },
  {
    title: 'finds by an alias what its customer has, closed ones too',
    needs: ['joint writes'],
    async run({ scene }) {
      const old = scene()
      const alias = old.another()
      const { account } = old
      const claim = { customerUsername: 'lan', matchUsername: true }
      await account.upsertConversation({ ...old.key, ...claim })
      const { conversation } = await account.upsertConversation({ ...alias.key, ...claim })
      assert.deepEqual(await account.findByOaAndCustomer(alias.key), conversation)
      const { conversation: closed } = await account.closeConversation(alias.key)
      assert.equal(await account.findByOaAndCustomer(alias.key), null)
      assert.deepEqual(await account.findByOaAndCustomer({ ...alias.key, status: 'any' }), closed)
    },
  },
  {
    title: 'goes by the inbox, the customer and the account together',
    async run({ scene, unique }) {
      const { account, oaId, customerId, key, foreign, open } = scene()
      await open()
      assert.equal(await account.findByOaAndCustomer({ oaId: unique('oa'), customerId }), null)
      assert.equal(await account.findByOaAndCustomer({ oaId, customerId: unique('customer') }), null)
      assert.equal(await account.findByOaAndCustomer({ oaId: customerId, customerId: oaId }), null)
      assert.equal(await foreign().account.findByOaAndCustomer(key), null)
      assert.equal(await foreign().account.findByOaAndCustomer({ ...key, status: 'any' }), null)
    },
  },
  {
    title: 'refuses whatever is no id, and a status that is none',
    async run({ scene }) {
      const { account, key } = scene()
      for (const customerId of [{ $ne: null }, ['a'], '', 5, null, undefined]) {
        await rejects(account.findByOaAndCustomer({ ...key, customerId: customerId as never }), 'VALIDATION_FAILED')
        await rejects(account.findByOaAndCustomer({ ...key, oaId: customerId as never }), 'VALIDATION_FAILED')
      }
      await rejects(account.findByOaAndCustomer({ ...key, status: 'closed' as never }), 'VALIDATION_FAILED')
      await rejects(account.findByOaAndCustomer(key, { signal: AbortSignal.abort() }), 'ABORTED')
    },
  },
]
