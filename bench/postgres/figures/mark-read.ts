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
    const before = await rowVersions(database)
    for (let n = 2; n <= calls + 1; n += 1) {
      const { outcome } = await markRead(n)
      requireAnswer(outcome === 'unchanged', 'markRead of a read conversation', outcome)
    }
    // This is the one customer with unread messages. It proves that the count can see a written row.
    const { outcome } = await markRead(1)
    requireAnswer(outcome === 'updated', 'markRead of an unread conversation', outcome)
    const after = await rowVersions(database)
    const written = [...after].filter((version) => !before.has(version)).length
    requireAnswer(written > 0, 'the versions of the rows', written)
    return {
      title: '`markRead` of a read conversation',
      figures: [
        {
          title: `rows written by ${calls} calls on PostgreSQL`,
          value: written - 1,
          unit: 'rows',
          atMost: 0,
          note: 'Row versions (place and transaction) that were not there before, in all tables, less one real update.',
        },
      ],
    }
  } finally {
    await database.close()
  }
}

/**
 * The versions of all rows. The server's statistics are not used, because writes from before the calls may be reported
 * after them.
 */
async function rowVersions(database: BenchDatabase): Promise<ReadonlySet<string>> {
  const versions = new Set<string>()
  const tables = await database.query<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'ours'`)
  for (const { name } of tables) {
    const rows = await database.query<{ version: string }>(`select ctid::text || ' ' || xmin::text as version from ours."${name}"`)
    for (const { version } of rows) versions.add(`${name} ${version}`)
  }
  return versions
}
