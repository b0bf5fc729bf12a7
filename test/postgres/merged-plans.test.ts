import { expect, test } from 'vitest'
import type { ListMessages } from '../../src/store/adapter.js'
import { isServerAbsent } from '../contract/server.js'
import { explained, type PlanNode, planModes } from './explained.js'
import { onServer, recordStatements, scratchPool } from './scratch-schema.js'

const limit = 50
const start = Date.parse('2026-01-01T00:00:00Z')
const indexes = { time: 'idx_messages_time', seq: 'idx_messages_seq' } as const

test.skipIf(isServerAbsent('postgres')).each([10_000, 100_000])(
  'every page of a conversation that holds others, %i messages each, sorts no more than a page of each of them, also with a plan for all values',
  async (messages) => {
    const pool = scratchPool({ max: 1 })
    const { adapter, schema, query } = await onServer({ pool })
    const parts = ['first', 'second', 'third'].map((id, index) => ({
      id,
      merge_id: `merge of ${id}`,
      by: `merge of ${id}`,
      seq_base: messages * (index + 1),
      event_base: messages * (index + 1),
      last_seq: messages,
      last_event_seq: messages,
      read_seq: 0,
    }))
    const all = parts.length + 1
    await query(
      `insert into "${schema}".messages (account_id, id, conversation_id, contact_inbox_id, seq, message_id, direction, sender_type, text, attachments, occurred_at, created_at)
      select 'acme', c || '-' || n, c, 'i' || c, n, 'm' || c || n, 'inbound', 'customer', '', '[]',
        '2026-01-01T00:00:00Z'::timestamptz + (n::bigint * 7919 % ${messages} / 10) * interval '1 s', '2026-01-01T00:00:00Z'::timestamptz + n * interval '100 ms'
      from unnest($1::text[]) c, generate_series(1, ${messages}) n`,
      [['long', ...parts.map(({ id }) => id)]],
    )
    await query(
      `insert into "${schema}".conversations (account_id, id, oa_id, customer_id, contact_inbox_id, contact_id, channel, status, version, unread_count,
        last_seq, read_seq, last_event_seq, last_activity_at, status_changed_at, operations, created_at, updated_at, merged_parts)
      select 'acme', 'long', 'page', 'lan', 'i-long', 'p', 'api', 'open', 0, 0, ${messages * all}, 0, 0, t.at, t.at, '{0}', t.at, t.at, $1::jsonb from (values (now())) t(at)`,
      [JSON.stringify(parts)],
    )
    await query('analyze')
    const sent = recordStatements(pool)
    const wrong: string[] = []
    const middle = { time: [start + messages * 50, messages / 2], seq: [messages * 1.5] }
    for (const by of ['time', 'seq'] as const) {
      for (const order of ['oldest', 'newest'] as const) {
        for (const [place, after, afterSeq] of [
          ['first page', null, 0],
          ['deep page', middle[by], 0],
          ...(by === 'seq' ? [['after a seq', null, messages * all - 100] as const] : []),
        ] as const) {
          const input: ListMessages = { accountId: 'acme', signal: null, conversationId: 'long', by, order, afterSeq, after, limit }
          const { items } = await adapter.operations.listMessages(input)
          expect(items).toHaveLength(limit)
          const statements = sent.splice(0)
          expect(statements).toHaveLength(2)
          for (const statement of statements) {
            for (const mode of planModes) {
              const found = readOf(await explained(query, statement, mode))
              const isRight =
                found.indexes.length > 0 &&
                found.indexes.every((index) => index === indexes[by]) &&
                found.rows <= limit + 1 &&
                found.removed === 0 &&
                found.sorted <= all * (limit + 1)
              if (!isRight) wrong.push(`${by}, ${order}, ${place}, ${mode}: ${JSON.stringify(found)}`)
            }
          }
          sent.length = 0
        }
      }
    }
    expect(wrong).toEqual([])
  },
  120_000,
)

/** By which indexes a plan reads messages, at most how many at once, and at most how many rows it sorts. */
function readOf(plan: readonly PlanNode[]) {
  const scans = plan.filter((node) => node['Relation Name'] === 'messages')
  const sorts = plan.filter((node) => node['Node Type'].includes('Sort'))
  return {
    indexes: scans.map((node) => node['Index Name']),
    rows: Math.max(0, ...scans.map((node) => node['Actual Rows'])),
    removed: Math.max(0, ...scans.map((node) => node['Rows Removed by Filter'] ?? 0)),
    sorted: Math.max(0, ...sorts.flatMap(({ Plans = [] }) => Plans.map((node) => node['Actual Rows']))),
  }
}
