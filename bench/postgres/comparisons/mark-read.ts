import type { OpenComparison } from '../../comparison.js'
import { account, customerChooser, inbox } from '../customers.js'
import { openSchemas } from '../prepare.js'
import { ourConversations } from '../rivals/ours.js'
import { requireAnswer } from '../rivals/rival.js'

const customers = 4_000
const concurrency = [1, 16]
const callers = Math.max(...concurrency)
const names = { ours: 'conversation-store', bare: 'pg, one guarded update', roundTrip: 'select 1' }
const { oaId } = inbox

const update = `update conversations set read_seq = last_seq, unread_count = 0, version = version + 1, updated_at = now()
where account_id = $1 and oa_id = $2 and customer_id = $3 and status <> 'closed' and read_seq < last_seq returning version`

export const openPostgresMarkRead: OpenComparison = async ({ postgresUrl }) => {
  const database = await openSchemas({ server: postgresUrl, name: 'bench_mark_read', schemas: ['ours'] }, { customers })
  const conversations = ourConversations(database.pool('ours', callers))
  const pool = database.pool('ours', callers)
  const choice = { customers, callers }
  const [chooseOurs, chooseBare] = [customerChooser(choice), customerChooser(choice)]
  return {
    id: 'postgres-mark-read',
    title: '`markRead` of a conversation that is read, on PostgreSQL',
    note:
      'Nobody writes a row. The library returns the conversation and tells a read one from a missing one; the update by pg tells neither, and follows ' +
      'no alias.',
    concurrency,
    variants: [
      {
        name: names.ours,
        async operation(caller) {
          const answer = await conversations.markRead({ oaId, customerId: chooseOurs(caller) })
          requireAnswer(answer.outcome === 'unchanged', names.ours, answer)
        },
      },
      {
        name: names.bare,
        async operation(caller) {
          const { rowCount } = await pool.query({ name: 'mark_read', text: update, values: [account, oaId, chooseBare(caller)] })
          requireAnswer(rowCount === 0, names.bare, rowCount)
        },
      },
      { name: names.roundTrip, operation: () => pool.query({ name: 'one', text: 'select 1' }) },
    ],
    goals: [],
    close: () => database.close(),
  }
}
