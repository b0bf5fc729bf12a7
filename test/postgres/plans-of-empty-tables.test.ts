import { escapeIdentifier } from 'pg'
import { expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { onServer, scratchPool } from './scratch-schema.js'

/**
 * A connection keeps the plans of a function's statements until the server looks at the tables again, so a host that
 * fills a new database goes on with plans that were made for empty tables.
 */
test('a receipt reads no other messages once the table is full that was empty when it was planned', async () => {
  const { adapter, schema, query } = await onServer({ pool: scratchPool({ max: 1 }) })
  await query(`alter table ${escapeIdentifier(schema)}.messages set (autovacuum_enabled = false)`)
  const account = createConversationStore({ adapter }).forAccount('acme')
  const reply = (customerId: string, messageId: string) => ({
    oaId: 'page',
    customerId,
    events: [{ type: 'message' as const, direction: 'outbound' as const, messageId, text: 'x' }],
  })
  /** The rows of messages that are fetched for a receipt. */
  const fetched = async (messageId: string): Promise<number> => {
    await account.upsertConversationWithEvents(reply('lan', messageId))
    await query('begin')
    await account.upsertConversationWithEvents({
      oaId: 'page',
      customerId: 'lan',
      events: [{ type: 'receipt', status: 'delivered', messageIds: [messageId] }],
    })
    const [row] = await query(`select idx_tup_fetch from pg_stat_xact_user_tables where schemaname = $1 and relname = 'messages'`, [schema])
    await query('commit')
    return Number(row?.idx_tup_fetch)
  }
  for (let n = 0; n < 8; n += 1) await fetched(`early ${n}`)
  const conversations = Array.from({ length: 500 }, (_, n) => reply(`customer ${n}`, `m${n}`))
  await account.bulkUpsertConversationsWithEvents({ conversations })
  expect(await fetched('late')).toBeLessThan(100)
})
