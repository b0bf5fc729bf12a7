import { setTimeout } from 'node:timers/promises'
import type { TakeFigures } from '../../comparison.js'
import { customerName, inbox } from '../customers.js'
import type { BenchDatabase } from '../database.js'
import { openSchemas } from '../prepare.js'
import { ourConversations } from '../rivals/ours.js'
import { requireAnswer } from '../rivals/rival.js'

const calls = 500

export const takePostgresMarkReadRows: TakeFigures = async ({ postgresUrl }) => {
  const database = await openSchemas(
    { server: postgresUrl, name: 'bench_mark_read_rows', schemas: ['ours'] },
    { customers: calls + 1, withMessages: 1 },
  )
  try {
    const conversations = ourConversations(database.pool('ours', 1))
    const markRead = (n: number) => conversations.markRead({ oaId: inbox.oaId, customerId: customerName(n) })
    for (let n = 2; n <= calls + 1; n += 1) {
      const { outcome } = await markRead(n)
      requireAnswer(outcome === 'unchanged', 'markRead of a read conversation', outcome)
    }
    // The one customer with unread messages: once this update shows in the server's statistics, all that was before it does.
    const { outcome } = await markRead(1)
    requireAnswer(outcome === 'updated', 'markRead of an unread conversation', outcome)
    const written = await rowsWritten(database)
    return {
      title: '`markRead` of a read conversation',
      figures: [
        {
          title: `rows written by ${calls} calls on PostgreSQL`,
          value: written - 1,
          unit: 'rows',
          atMost: 0,
          note: "PostgreSQL's own count of row versions (`pg_stat_user_tables`), less one real update.",
        },
      ],
    }
  } finally {
    await database.close()
  }
}

async function rowsWritten(database: BenchDatabase): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const [row] = await database.query<{ written: number }>(
      `select sum(n_tup_upd + n_tup_del)::integer as written from pg_stat_user_tables where schemaname = 'ours'`,
    )
    if (row !== undefined && row.written > 0) return row.written
    await setTimeout(200)
  }
  throw new Error('the statistics never showed the update')
}
