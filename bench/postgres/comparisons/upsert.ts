import type { OpenComparison } from '../../comparison.js'
import { customerChooser } from '../customers.js'
import { openSchemas, rehearsed } from '../prepare.js'
import { barePg } from '../rivals/bare-pg.js'
import { drizzleRival } from '../rivals/drizzle.js'
import { createFunctions, handWritten } from '../rivals/hand-written.js'
import { kyselyRival } from '../rivals/kysely.js'
import { ourConversations, ours } from '../rivals/ours.js'
import { openPrisma, prismaRival } from '../rivals/prisma.js'
import { firstUpsertVariant, upsertVariant } from '../variants.js'

const concurrency = [1, 16]
const callers = Math.max(...concurrency)
const schemas = ['ours', 'bare', 'hand', 'kysely', 'drizzle', 'prisma'] as const
const names = {
  ours: 'conversation-store',
  bare: 'pg, one insert … on conflict',
  hand: 'hand-written function, same guarantees',
  kysely: 'Kysely',
  drizzle: 'Drizzle',
  prisma: 'Prisma',
} as const

async function openRivals(server: string, name: string, customers: number, known: 'known customers' | 'new customers') {
  const database = await openSchemas({ server, name, schemas }, { customers, withMessages: customers })
  await createFunctions(database, 'hand')
  const pool = (schema: (typeof schemas)[number]) => database.pool(schema, callers)
  const rivals = {
    ours: ours(ourConversations(pool('ours'))),
    bare: barePg(pool('bare'), known),
    hand: handWritten(pool('hand')),
    kysely: kyselyRival(pool('kysely')),
    drizzle: drizzleRival(pool('drizzle')),
    prisma: prismaRival(openPrisma(database, 'prisma', callers)),
  }
  return { database, rivals }
}

export const openPostgresUpsert: OpenComparison = async ({ postgresUrl }) => {
  const customers = 4_000
  const { database, rivals } = await openRivals(postgresUrl, 'bench_upsert', customers, 'known customers')
  const comparison = {
    id: 'postgres-upsert',
    title: '`upsertConversation` of a known customer, on PostgreSQL',
    note:
      'A new nickname for one of 4,000 customers with an active conversation; equal tables and indexes, a pool of 16 each. pg: one named statement, ' +
      'which returns the same columns. The ORMs find, then create or update, in a transaction. Only the library and the function lock the contact ' +
      'inbox, follow aliases and remember the operation, so that a lost reply is not written twice.',
    concurrency,
    variants: schemas.map((schema) => upsertVariant(names[schema], rivals[schema], customerChooser({ customers, callers }))),
    goals: [
      { of: names.ours, against: names.bare, atMost: 1.2 },
      { of: names.ours, against: names.kysely, atMost: 0.5 },
      { of: names.ours, against: names.drizzle, atMost: 0.35 },
      { of: names.ours, against: names.prisma, atMost: 0.25 },
    ],
    close: () => database.close(),
  }
  return rehearsed(comparison, database, schemas)
}

export const openPostgresFirstUpsert: OpenComparison = async ({ postgresUrl }) => {
  const { database, rivals } = await openRivals(postgresUrl, 'bench_first_upsert', 1_000, 'new customers')
  const comparison = {
    id: 'postgres-first-upsert',
    title: '`upsertConversation` of a new customer, on PostgreSQL',
    note:
      'Everyone creates the contact, the contact inbox and the conversation. pg: one statement, which leaves a contact behind when two first ' +
      'messages race. The ORMs end with a unique violation then.',
    concurrency,
    variants: schemas.map((schema) => firstUpsertVariant(names[schema], rivals[schema])),
    goals: [{ of: names.ours, against: names.hand, atMost: 1.2 }],
    close: () => database.close(),
  }
  return rehearsed(comparison, database, schemas)
}
