import type { Pool, PoolClient } from 'pg'
import { describe, expect, test, vi } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { postgres } from '../../src/postgres/index.js'
import { isServerAbsent } from '../contract/server.js'
import { preparedScenarios } from '../merges/prepared.js'
import { onServer, recordStatements, scratchPool } from './scratch-schema.js'

vi.mock('../../src/model/planning/copies-at-once.js', () => ({ copiesMarkedAtOnce: 100 }))

describe.skipIf(isServerAbsent('postgres'))('copies that are marked before the statement of a merge', () => {
  test('are marked in steps', async () => {
    const pool = scratchPool()
    const { adapter } = await onServer({ pool })
    const account = createConversationStore({ adapter }).forAccount('acme')
    const [keep, lose] = ['lan', 'hoa'].map((customerId) => ({ oaId: 'page', customerId })) as [Key, Key]
    const events = Array.from({ length: 350 }, (_, n) => ({ type: 'message' as const, messageId: `m${n}`, text: 'hello' }))
    for (const key of [keep, lose]) await account.upsertConversationWithEvents({ ...key, events })
    const sent = recordStatements(pool)
    expect((await account.mergeConversations({ keep, lose })).conversation.unreadCount).toBe(350)
    const calls = sent.map(({ text }) => text.match(/(prepare_doubles|merge_prepared)/)?.[1])
    expect(calls).toEqual(['merge_prepared', ...Array.from({ length: 4 }, () => 'prepare_doubles'), 'merge_prepared'])
  })

  test.each(Object.entries(preparedScenarios))('%s', async (_, run) => {
    const { adapter, schema } = await onServer()
    await run({
      account: createConversationStore({ adapter }).forAccount('acme'),
      merging(between) {
        const pool = scratchPool()
        beforeMerge(pool, between)
        return createConversationStore({ adapter: postgres({ pool, schema }), retry: { attempts: 1 } }).forAccount('acme')
      },
    })
  })
})

interface Key {
  readonly oaId: string
  readonly customerId: string
}

/** Does something before the statement that merges what was prepared is sent. */
function beforeMerge(pool: Pool, work: () => Promise<unknown>): void {
  const seen = new WeakSet<object>()
  let isPrepared = false
  pool.on('acquire', (client: PoolClient) => {
    if (seen.has(client)) return
    seen.add(client)
    const query = client.query.bind(client)
    const sending = (config: { readonly text?: string }, ...rest: []) => {
      const isMerge = config.text?.includes('merge_prepared') === true
      if (config.text?.includes('prepare_doubles')) isPrepared = true
      if (!isMerge || !isPrepared) return query(config as never, ...rest)
      isPrepared = false
      return work().then(() => query(config as never, ...rest))
    }
    Object.assign(client, { query: sending })
  })
}
