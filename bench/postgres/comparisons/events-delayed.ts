import type { OpenComparison } from '../../comparison.js'
import { customerChooser } from '../customers.js'
import { openSchemas, rehearsed } from '../prepare.js'
import { createFunctions, handWritten } from '../rivals/hand-written.js'
import { ourConversations, ours } from '../rivals/ours.js'
import { openPrisma, prismaRival } from '../rivals/prisma.js'
import { singleCte } from '../rivals/single-cte.js'
import { messagesVariant } from '../variants.js'

const customers = 4_000
const messages = 5
const schemas = ['ours', 'hand', 'cte', 'prisma'] as const
const names = {
  ours: 'conversation-store',
  roundTrip: 'select 1',
  hand: 'hand-written function, same guarantees',
  cte: 'single CTE (numbers wrongly under races)',
  prisma: 'Prisma',
} as const

export const openPostgresEventsDelayed: OpenComparison = async ({ postgresUrl, delayedPostgresUrl }) => {
  const options = { server: postgresUrl, through: delayedPostgresUrl, name: 'bench_events_delayed', schemas }
  const database = await openSchemas(options, { customers, withMessages: customers })
  const choice = { customers, callers: 1 }
  await createFunctions(database, 'hand')
  const rivals = {
    ours: ours(ourConversations(database.pool('ours', 1))),
    hand: handWritten(database.pool('hand', 1)),
    cte: singleCte(database.pool('cte', 1)),
    prisma: prismaRival(openPrisma(database, 'prisma', 1)),
  }
  const pool = database.pool('public', 1)
  const comparison = await rehearsed(
    {
      id: 'postgres-events-delayed',
      title: '`upsertConversationWithEvents` with 5 new messages, with 2 ms to PostgreSQL and back',
      note: 'Through a proxy that delays every byte by 1 ms each way, as a network would: a round trip costs more than the work. `select 1` is named; the others as without delay.',
      concurrency: [1],
      variants: schemas.map((schema) => messagesVariant(names[schema], rivals[schema], messages, customerChooser(choice))),
      // A call is one round trip, which the figure `postgres-round-trips` counts. The rest is what eleven rows cost.
      goals: [],
      close: () => database.close(),
    },
    database,
    schemas,
  )
  const roundTrip = { name: names.roundTrip, operation: () => pool.query({ name: 'one', text: 'select 1' }) }
  const [first, ...others] = comparison.variants
  return { ...comparison, variants: first === undefined ? [] : [first, roundTrip, ...others] }
}
