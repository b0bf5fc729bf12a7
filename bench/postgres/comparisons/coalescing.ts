import { createConversationStore } from 'conversation-store'
import { postgres } from 'conversation-store/postgres'
import type { OpenComparison } from '../../comparison.js'
import { account, customerChooser } from '../customers.js'
import { openSchemas, rehearsed } from '../prepare.js'
import { ourConversations, ours } from '../rivals/ours.js'
import { messagesVariant } from '../variants.js'

const concurrency = [1, 16, 64]
const callers = Math.max(...concurrency)
const customers = 6_400
const connections = 16
const names = { coalesced: 'conversation-store, coalesce: true', plain: 'conversation-store' }

export const openPostgresCoalescing: OpenComparison = async ({ postgresUrl }) => {
  const schemas = ['coalesced', 'plain']
  const database = await openSchemas({ server: postgresUrl, name: 'bench_coalescing', schemas }, { customers, withMessages: customers })
  const adapter = postgres({ pool: database.pool('coalesced', connections), schema: 'coalesced', coalesce: true })
  const coalesced = ours(createConversationStore({ adapter }).forAccount(account))
  const plain = ours(ourConversations(database.pool('plain', connections), 'plain'))
  const choice = { customers, callers }
  const comparison = {
    id: 'postgres-coalescing',
    title: '`upsertConversationWithEvents` with 1 new message, coalesced, on PostgreSQL',
    note: `Concurrent calls share statements, or each has its own. Both have a pool of ${connections}, also for 64 callers, as a host would.`,
    concurrency,
    variants: [
      messagesVariant(names.coalesced, coalesced, 1, customerChooser(choice)),
      messagesVariant(names.plain, plain, 1, customerChooser(choice)),
    ],
    goals: [
      { of: names.coalesced, against: names.plain, atMost: 1.08, concurrency: [1] },
      { of: names.coalesced, against: names.plain, atMost: 0.7, concurrency: [16] },
      { of: names.coalesced, against: names.plain, atMost: 0.55, concurrency: [64] },
    ],
    close: () => database.close(),
  }
  return rehearsed(comparison, database, schemas)
}
