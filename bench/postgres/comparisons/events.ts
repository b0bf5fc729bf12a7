import type { OpenComparison } from '../../comparison.js'
import { customerChooser } from '../customers.js'
import { openSchemas, rehearsed } from '../prepare.js'
import { drizzleRival } from '../rivals/drizzle.js'
import { createFunctions, handWritten } from '../rivals/hand-written.js'
import { ourConversations, ours } from '../rivals/ours.js'
import { openPrisma, prismaRival } from '../rivals/prisma.js'
import { proveGuarantees } from '../rivals/prove-guarantees.js'
import { singleCte } from '../rivals/single-cte.js'
import { messagesVariant } from '../variants.js'

const concurrency = [1, 16]
const callers = Math.max(...concurrency)
const customers = 4_000
const messages = 5
const schemas = ['ours', 'hand', 'cte', 'drizzle', 'prisma'] as const
const names = {
  ours: 'conversation-store',
  hand: 'hand-written function, same guarantees',
  cte: 'single CTE (numbers wrongly under races)',
  drizzle: 'Drizzle',
  prisma: 'Prisma',
} as const

export const openPostgresEvents: OpenComparison = async ({ postgresUrl }) => {
  const database = await openSchemas({ server: postgresUrl, name: 'bench_events', schemas }, { customers, withMessages: customers })
  await createFunctions(database, 'hand')
  await proveGuarantees(database)
  const pool = (schema: (typeof schemas)[number]) => database.pool(schema, callers)
  const rivals = {
    ours: ours(ourConversations(pool('ours'))),
    hand: handWritten(pool('hand')),
    cte: singleCte(pool('cte')),
    drizzle: drizzleRival(pool('drizzle')),
    prisma: prismaRival(openPrisma(database, 'prisma', callers)),
  }
  const comparison = {
    id: 'postgres-events',
    title: '`upsertConversationWithEvents` with 5 new messages, on PostgreSQL',
    note:
      'For one of 4,000 known customers; everyone writes 5 messages, 5 event rows and the conversation with its counters, preview and reply window. ' +
      'The function does this one job and nothing else: no edits, receipts, aliases by username or policies for closed conversations. The CTE ' +
      'counts before it knows what is new. The ORMs find the conversation and the known ids, count up, then insert, in a transaction. ' +
      'Neither they nor the CTE know an operation that is sent again.',
    concurrency,
    variants: schemas.map((schema) => messagesVariant(names[schema], rivals[schema], messages, customerChooser({ customers, callers }))),
    goals: [
      { of: names.ours, against: names.hand, atMost: 1.1 },
      { of: names.ours, against: names.cte, atMost: 1.3 },
      { of: names.ours, against: names.drizzle, atMost: 1 / 3 },
      { of: names.ours, against: names.prisma, atMost: 1 / 6 },
    ],
    close: () => database.close(),
  }
  return rehearsed(comparison, database, schemas)
}
