import { platformIndexes } from '../../src/platform/postgres/indexes.js'
import { createIndexSql, dropIndexSql } from '../../src/postgres/migrator/indexes/index-sql.js'
import { account } from '../postgres/customers.js'
import type { BenchDatabase } from '../postgres/database.js'
import { processorOf, timeInRounds } from './rounds.js'

const rows = 400

/**
 * Measures what one more index adds to a row that is written. `other` has the store's indexes and this one, `base` the
 * store's alone.
 */
export async function costOfEachIndex(
  database: BenchDatabase,
  { base, other }: { readonly base: string; readonly other: string },
  rounds: number,
): Promise<readonly Record<string, string>[]> {
  const [row] = await database.query<{ pid: number }>('select pg_backend_pid() as pid')
  const meter = processorOf(row?.pid ?? 0)
  const costs = []
  for (const index of platformIndexes) {
    await database.query(createIndexSql(other, index, { concurrently: false }))
    const write = index.table === 'messages' ? insertMessages : touchConversations
    const writers = [base, other].map((schema) => ({ name: schema, write: () => write(database, schema) }))
    const [alone, beside] = await timeInRounds(writers, rounds, meter)
    await database.query(dropIndexSql(other, index.name, { concurrently: false }))
    if (alone === undefined || beside === undefined) throw new Error('nothing was timed')
    costs.push({
      index: index.name,
      'µs more a row': (((beside.ratio.median - 1) * alone.time * 1_000) / rows).toFixed(1),
      ratio: `${beside.ratio.median.toFixed(2)} (${beside.ratio.q1.toFixed(2)}–${beside.ratio.q3.toFixed(2)})`,
    })
  }
  return costs
}

let written = 0

/**
 * Half of the messages are outbound, of these half are by a bot, and outbound ones are read, so that every index
 * condition matches some.
 */
function insertMessages(database: BenchDatabase, schema: string): Promise<unknown> {
  written += 1
  return database.query(
    `insert into ${schema}.messages (account_id, id, conversation_id, contact_inbox_id, seq, message_id, direction, sender_id, sender_type, text,
       attachments, status, occurred_at, read_at, created_at)
     select c.account_id, 'm-${written}-' || n, c.id, c.contact_inbox_id, 1000 + ${written}, 'written-${written}-' || n,
       case n % 2 when 0 then 'outbound' else 'inbound' end, case n % 2 when 0 then 'agent-' || n % 7 else c.customer_id end,
       case n % 4 when 0 then 'bot' when 2 then 'agent' else 'customer' end, 'Could you tell me whether it has left the warehouse yet, please?', '[]',
       case n % 2 when 0 then 'read' end, now() + n * interval '1 second', case n % 2 when 0 then now() end, now()
     from (select row_number() over (order by id) as n, * from ${schema}.conversations where account_id = '${account}' order by id limit ${rows}) c`,
  )
}

/**
 * Changes rows as a new message does. The status of one in ten changes too, so that the index of the closed ones has
 * work.
 */
function touchConversations(database: BenchDatabase, schema: string): Promise<unknown> {
  return database.query(
    `update ${schema}.conversations set last_activity_at = clock_timestamp(), window_expires_at = clock_timestamp() + interval '1 day', version = version + 1,
       status = case when random() < 0.1 then 'closed' else status end, closed_at = case when random() < 0.1 then now() else closed_at end
     where account_id = '${account}' and id in (select id from ${schema}.conversations where account_id = '${account}' order by id limit ${rows})`,
  )
}
