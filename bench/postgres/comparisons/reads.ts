import type { OpenComparison } from '../../comparison.js'
import { account, customerChooser, inbox } from '../customers.js'
import { openSchemas } from '../prepare.js'
import { returnedColumns } from '../rivals/columns.js'
import { ourConversations } from '../rivals/ours.js'
import { requireAnswer } from '../rivals/rival.js'

const customers = 10_000
const concurrency = [1, 16]
const callers = Math.max(...concurrency)
const names = { ours: 'conversation-store', bare: 'pg, one select' }
const { oaId } = inbox

const select = `select ${returnedColumns('c')} from conversations c
where c.account_id = $1 and c.oa_id = $2 and c.customer_id = $3 and c.status <> 'closed'`

export const openPostgresReads: OpenComparison = async ({ postgresUrl }) => {
  const database = await openSchemas(
    { server: postgresUrl, name: 'bench_reads', schemas: ['ours'] },
    { customers, withMessages: customers },
  )
  const conversations = ourConversations(database.pool('ours', callers))
  const pool = database.pool('ours', callers)
  const choice = { customers, callers }
  const [chooseOurs, chooseBare] = [customerChooser(choice), customerChooser(choice)]
  return {
    id: 'postgres-reads',
    title: '`findByOaAndCustomer`, on PostgreSQL',
    note:
      'Of 10,000 customers. pg: a named select of the same columns by the same key, with its own parsing of rows. The library also looks the contact ' +
      'inbox up, so that an alias finds the conversation.',
    concurrency,
    variants: [
      {
        name: names.ours,
        async operation(caller) {
          const customerId = chooseOurs(caller)
          const found = await conversations.findByOaAndCustomer({ oaId, customerId })
          requireAnswer(found?.customerId === customerId && found.lastMessageAt instanceof Date, names.ours, found)
        },
      },
      {
        name: names.bare,
        async operation(caller) {
          const customerId = chooseBare(caller)
          const { rows } = await pool.query({ name: 'find', text: select, values: [account, oaId, customerId] })
          requireAnswer(rows[0]?.customer_id === customerId && rows[0].last_message_at instanceof Date, names.bare, rows)
        },
      },
    ],
    goals: [{ of: names.ours, against: names.bare, atMost: 1.1 }],
    close: () => database.close(),
  }
}
