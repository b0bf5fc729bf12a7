import assert from 'node:assert/strict'
import { type CaseList, withEvents } from '../contract-case.js'
import { said } from '../events.js'
import { rejects, upTo } from '../expectations.js'
import { filtersOf, matches, populate } from './lists/population.js'

export const countConversationsCases: CaseList = [
  {
    title: 'counts exactly what every filter matches',
    async run(context) {
      const population = await populate(context)
      const { scene, conversations } = population
      for (const filter of filtersOf(population)) {
        const expected = conversations.filter((each) => matches(each, filter)).length
        assert.equal(await scene.account.countConversations(filter), expected, JSON.stringify(filter))
      }
      assert.equal(await scene.account.countConversations(), conversations.length)
    },
  },
  {
    title: 'counts beyond a page, and within one account',
    async run({ scene, unique }) {
      const { account, oaId, foreign } = scene()
      await Promise.all(upTo(60).map(() => account.upsertConversation({ oaId, customerId: unique('c') })))
      assert.equal(await account.countConversations(), 60)
      assert.equal(await account.countConversations({ oaId, status: 'active' }), 60)
      assert.equal(await foreign().account.countConversations(), 0)
    },
  },
  {
    title: 'refuses filters that are none',
    async run({ scene }) {
      const { account } = scene()
      await rejects(account.countConversations({ status: { $ne: 'closed' } as never }), 'VALIDATION_FAILED')
      await rejects(account.countConversations({ contactId: '' }), 'VALIDATION_FAILED')
      await rejects(account.countConversations({ limit: 1 } as never), 'VALIDATION_FAILED')
      await rejects(account.countConversations({}, { signal: AbortSignal.abort() }), 'ABORTED')
    },
  },
  ...withEvents([
    {
      title: 'tells read from unread',
      async run({ scene }) {
        const { account, key, another, write } = scene()
        await write(said('m1'))
        await another().write(said('m1'))
        await account.markRead(key)
        assert.equal(await account.countConversations({ unread: true }), 1)
        assert.equal(await account.countConversations({ unread: false }), 1)
      },
    },
  ]),
]
