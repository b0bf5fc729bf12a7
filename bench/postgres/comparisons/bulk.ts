import type { OpenComparison, Variant } from '../../comparison.js'
import { customerChooser } from '../customers.js'
import { newMessages } from '../new-messages.js'
import { openSchemas, rehearsed } from '../prepare.js'
import { createFunctions, handWritten } from '../rivals/hand-written.js'
import { ourConversations, ours } from '../rivals/ours.js'
import { openPrisma, prismaRival } from '../rivals/prisma.js'
import { proveGuarantees } from '../rivals/prove-guarantees.js'
import { type MessagesRival, requireAnswer } from '../rivals/rival.js'
import { singleCte } from '../rivals/single-cte.js'
import { bulkVariant } from '../variants.js'

const batch = { customers: 500, among: 4_000, messages: 5 }
const names = {
  ours: 'conversation-store',
  hand: 'hand-written function, same guarantees',
  cte: 'single CTE (numbers wrongly under races)',
  prisma16: 'Prisma, 16 transactions at a time',
  prisma: 'Prisma, one transaction after another',
}

export const openPostgresBulk: OpenComparison = async ({ postgresUrl }) => {
  const schemas = ['ours', 'hand', 'cte']
  const database = await openSchemas(
    { server: postgresUrl, name: 'bench_bulk', schemas },
    { customers: batch.among, withMessages: batch.among },
  )
  await createFunctions(database, 'hand')
  await proveGuarantees(database)
  const comparison = {
    id: 'postgres-bulk',
    title: '`bulkUpsertConversationsWithEvents`, 500 conversations × 5 messages, on PostgreSQL',
    note:
      'One operation is one statement for all 500: 2,500 messages and as many event rows. The function locks in key order and keeps the ' +
      'guarantees, for this one job and for customers named once; the CTE counts before it knows what is new.',
    concurrency: [1],
    variants: [
      bulkVariant(names.ours, ours(ourConversations(database.pool('ours', 1))), batch),
      bulkVariant(names.hand, handWritten(database.pool('hand', 1)), batch),
      bulkVariant(names.cte, singleCte(database.pool('cte', 1)), batch),
    ],
    goals: [
      { of: names.ours, against: names.hand, atMost: 1.15 },
      { of: names.ours, against: names.cte, atMost: 1.3 },
    ],
    close: () => database.close(),
  }
  return rehearsed(comparison, database, schemas)
}

export const openPostgresBulkPrisma: OpenComparison = async ({ postgresUrl }) => {
  const schemas = ['ours', 'prisma16', 'prisma']
  const database = await openSchemas(
    { server: postgresUrl, name: 'bench_bulk_prisma', schemas },
    { customers: batch.among, withMessages: batch.among },
  )
  const comparison = {
    id: 'postgres-bulk-prisma',
    title: '500 conversations × 5 messages beside Prisma, on PostgreSQL',
    note:
      'One operation is all 500. Prisma has a transaction for each conversation, as its users write it: find it and the known ids, count up, insert ' +
      'messages and events. Its 500 are not one atomic step.',
    concurrency: [1],
    variants: [
      bulkVariant(names.ours, ours(ourConversations(database.pool('ours', 1))), batch),
      oneByOne(names.prisma16, prismaRival(openPrisma(database, 'prisma16', 16)), 16),
      oneByOne(names.prisma, prismaRival(openPrisma(database, 'prisma', 1)), 1),
    ],
    goals: [
      { of: names.ours, against: names.prisma16, atMost: 1 / 12 },
      { of: names.ours, against: names.prisma, atMost: 1 / 20 },
    ],
    close: () => database.close(),
  }
  return rehearsed(comparison, database, schemas, 1)
}

/** Stores the batch's conversations one by one, with so many of them at a time. */
function oneByOne(name: string, rival: MessagesRival, atATime: number): Variant {
  const choose = customerChooser({ customers: batch.among, callers: batch.customers })
  return {
    name,
    async operation() {
      const customers = Array.from({ length: batch.customers }, (_, place) => choose(place))
      const work = customers.values()
      const worker = async () => {
        for (const customerId of work) {
          const answer = await rival.store(customerId, newMessages(batch.messages))
          requireAnswer(answer.stored === batch.messages, name, answer)
        }
      }
      await Promise.all(Array.from({ length: atATime }, worker))
    },
  }
}
