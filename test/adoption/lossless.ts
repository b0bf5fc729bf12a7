import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backfillAccountIds, mergeDuplicateConversations } from '../../src/adoption/index.js'
import '../fixed-seed.js'
import { hosts } from './hosts.js'

const conversation = fc.record({
  account: fc.constantFrom(undefined, null, 'acme', 'beta'),
  oaId: fc.constantFrom(undefined, null, '', 'page-1', 'page-2', 'gone'),
  customerId: fc.constantFrom('x', 'y'),
  status: fc.constantFrom('open', 'snoozed', 'closed'),
  minute: fc.integer({ min: 0, max: 3 }),
  messages: fc.array(fc.constantFrom(null, 'a', 'b', 'c'), { maxLength: 5 }),
})
const database = fc.record({
  integrations: fc.array(fc.record({ oaId: fc.constantFrom('page-1', 'page-2'), accountId: fc.constantFrom('acme', 'beta', null) }), {
    maxLength: 3,
  }),
  conversations: fc.array(conversation, { maxLength: 12 }),
})

/** Nothing is lost in so many random databases: what was there is there, in the archive or in the quarantine, once. */
export function loseNothing(numRuns: number, timeout: number): void {
  describe.each(hosts)('adopted on %s', (_, open) => {
    test('every conversation and every message is there, in the archive or in the quarantine, once', { timeout }, async () => {
      const host = await open()
      let run = 0
      await fc.assert(
        fc.asyncProperty(database, async ({ integrations, conversations }) => {
          await host.clear()
          run++
          const id = (at: number) => `c${run}-${String(at).padStart(2, '0')}`
          await host.addIntegrations(integrations)
          await host.addConversations(
            conversations.map(({ account, oaId, customerId, status, minute }, at) => ({
              id: id(at),
              accountId: account,
              oaId,
              customerId,
              status,
              lastMessageAt: new Date(Date.UTC(2026, 0, 1, 0, minute)),
            })),
          )
          const messages = conversations.flatMap((each, at) =>
            each.messages.map((messageId, place) => ({ id: `m${run}-${at}-${place}`, conversationId: id(at), messageId })),
          )
          await host.addMessages(messages)
          const shared = { db: host.db, conversations: { ...host.where, status: 'status', activityAt: 'last_message_at' } }
          const classes = ['orphan', 'noOaId'] as const
          await backfillAccountIds({ ...shared, orphans: { policy: 'quarantine', classes }, pace: { first: 3, least: 1 } }).apply()
          const merge = mergeDuplicateConversations(shared)
          await merge.apply()
          expect(await merge.verify()).toMatchObject({ ok: true })

          const archived = await host.archived()
          const from = (name: string) => archived.filter((each) => each.from === name).map((each) => each.id)
          const left = await host.conversations()
          expect([...left.map((each) => each.id), ...from('conversations')].sort()).toEqual(conversations.map((__, at) => id(at)).sort())
          expect([...(await host.messages()).map((each) => each.id), ...from('messages')].sort()).toEqual(
            messages.map((each) => each.id).sort(),
          )
          // What was said is still said in the same person's thread: an archived message has its twin there.
          await merge.revert()
          const back = new Map((await host.messages()).map((each) => [each.id, each.conversationId]))
          expect(back).toEqual(new Map(messages.map((each) => [each.id, each.conversationId])))
        }),
        { numRuns },
      )
    })
  })
}
