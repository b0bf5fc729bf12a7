import { expect, test } from 'vitest'
import type { ListMessages } from '../../src/store/adapter.js'
import { isServerAbsent } from '../contract/server.js'
import { explained, planModes } from './explained.js'
import { onServer, recordStatements, scratchPool } from './scratch-schema.js'

const limit = 50
const start = Date.parse('2026-01-01T00:00:00Z')
const indexes = { time: 'idx_messages_time', seq: 'idx_messages_seq' } as const

test.skipIf(isServerAbsent('postgres')).each([10_000, 100_000])(
  'every page among %i messages of a conversation is read in order from its index, without a sort, also with a plan for all values',
  async (messages) => {
    const pool = scratchPool({ max: 1 })
    const { adapter, schema, query } = await onServer({ pool })
    // They were said in another order than they came in, many in one second, and one in a hundred is far ahead.
    await query(`insert into "${schema}".messages (account_id, id, conversation_id, contact_inbox_id, seq, message_id, direction, sender_type, text, attachments, occurred_at, created_at)
      select 'acme', c || '-' || n, c, 'i' || c, n, 'm' || c || n, 'inbound', 'customer', '', '[]',
        '2026-01-01T00:00:00Z'::timestamptz + case when n % 100 = 0 then interval '30 days' else (n::bigint * 7919 % ${messages} / 10) * interval '1 s' end,
        '2026-01-01T00:00:00Z'::timestamptz + n * interval '100 ms'
      from (values ('long', ${messages}), ('short', 1000)) as k(c, many), generate_series(1, many) n`)
    await query(`insert into "${schema}".conversations (account_id, id, oa_id, customer_id, contact_inbox_id, contact_id, channel, status, version, unread_count,
        last_seq, read_seq, last_event_seq, last_activity_at, status_changed_at, operations, created_at, updated_at)
      select 'acme', 'long', 'page', 'lan', 'i-long', 'p', 'api', 'open', 0, 0, ${messages}, 0, 0, t.at, t.at, '{0}', t.at, t.at from (values (now())) t(at)`)
    await query('analyze')
    const sent = recordStatements(pool)
    const wrong: string[] = []
    const middle = { time: [start + messages * 50, messages / 2], seq: [messages / 2] }
    for (const by of ['time', 'seq'] as const) {
      for (const order of ['oldest', 'newest'] as const) {
        for (const [place, after, afterSeq] of [
          ['first page', null, 0],
          ['deep page', middle[by], 0],
          ...(by === 'seq' ? [['after a seq', null, messages - 100] as const] : []),
        ] as const) {
          const input: ListMessages = { accountId: 'acme', signal: null, conversationId: 'long', by, order, afterSeq, after, limit }
          const { items } = await adapter.operations.listMessages(input)
          expect(items).toHaveLength(limit)
          const statement = sent.splice(0)[0] ?? expect.fail('nothing was sent')
          for (const mode of planModes) {
            const plan = await explained(query, statement, mode)
            const [scan, ...scans] = plan.filter((node) => node['Relation Name'] === 'messages')
            const sorts = plan.filter((node) => node['Node Type'].includes('Sort')).length
            const found = { index: scan?.['Index Name'], rows: scan?.['Actual Rows'], scans: scans.length, sorts }
            const removed = scan?.['Rows Removed by Filter'] ?? 0
            const isRight =
              found.index === indexes[by] && found.rows === limit + 1 && removed === 0 && found.scans === 0 && found.sorts === 0
            if (!isRight) wrong.push(`${by}, ${order}, ${place}, ${mode}: ${JSON.stringify({ ...found, removed })}`)
          }
          sent.length = 0
        }
      }
    }
    expect(wrong).toEqual([])
  },
  120_000,
)
