import { setTimeout } from 'node:timers/promises'
import type { TakeFigures } from '../../comparison.js'
import { customerName, randomSource } from '../customers.js'
import { newMessages } from '../new-messages.js'
import { openSchemas } from '../prepare.js'
import { ourConversations, ours } from '../rivals/ours.js'
import { requireAnswer } from '../rivals/rival.js'

const writers = 4
const hot = 2_000
const rows = 500
const seconds = 6

export const takePostgresOverlap: TakeFigures = async ({ postgresUrl }) => {
  const database = await openSchemas({ server: postgresUrl, name: 'bench_overlap', schemas: ['ours'] }, { customers: hot })
  const before = await deadlocks()
  try {
    const until = performance.now() + seconds * 1000
    const counts = await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        const rival = ours(ourConversations(database.pool('ours', 1)))
        const random = randomSource(writer + 1)
        let batches = 0
        for (; performance.now() < until; batches += 1) {
          const answers = await rival.storeAll(unsortedCustomers(random).map((customerId) => ({ customerId, messages: newMessages(1) })))
          requireAnswer(answers.length === rows && answers.every(({ stored }) => stored === 1), 'overlapping batches', answers[0])
        }
        return batches
      }),
    )
    const batches = counts.reduce((sum, count) => sum + count, 0)
    const [row] = await database.query<{ holes: number }>(
      `select count(*)::integer as holes from ours.conversations where last_seq <> version or unread_count <> version`,
    )
    return {
      title: `Overlapping bulk calls on PostgreSQL: ${writers} writers, ${rows} of ${hot.toLocaleString('en')} hot customers each, in no order`,
      figures: [
        {
          title: 'deadlocks',
          value: (await deadlocks()) - before,
          unit: '',
          atMost: 0,
          note: "By the server's own count. The statement takes its locks in key order, whatever the caller's.",
        },
        { title: 'conversations that are numbered or counted wrongly', value: row?.holes ?? Number.NaN, unit: '', atMost: 0 },
        { title: 'batches a second', value: Math.round((batches / seconds) * 10) / 10, unit: '/s' },
      ],
    }
  } finally {
    await database.close()
  }

  async function deadlocks(): Promise<number> {
    // Sessions report their deadlocks within a second of the transaction's end.
    await setTimeout(1_500)
    const [row] = await database.query<{ deadlocks: number }>(
      'select deadlocks::integer as deadlocks from pg_stat_database where datname = current_database()',
    )
    if (row === undefined) throw new Error('no statistics of this database')
    return row.deadlocks
  }
}

function unsortedCustomers(random: () => number): readonly string[] {
  const chosen = new Set<number>()
  while (chosen.size < rows) chosen.add(1 + Math.floor(random() * hot))
  return [...chosen].map(customerName)
}
