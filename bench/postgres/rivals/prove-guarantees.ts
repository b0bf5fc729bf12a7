import { customerName, randomSource } from '../customers.js'
import type { BenchDatabase } from '../database.js'
import { newMessages } from '../new-messages.js'
import { createFunctions, handWritten } from './hand-written.js'

const writers = 12
const customers = 10
const messages = 6
const each = 4

/**
 * Proves that the hand-written functions keep the same guarantees: writers race with overlapping messages of customers
 * who are not stored yet, and a replay comes after its conversation was closed. Throws if a message is lost, doubled or
 * numbered wrongly.
 */
export async function proveGuarantees(database: BenchDatabase): Promise<void> {
  const schema = 'proof'
  await database.createTables(schema)
  await createFunctions(database, schema)
  const rival = handWritten(database.pool(schema, writers))
  const known = Array.from({ length: customers }, (_, n) => ({ customerId: customerName(n), messages: newMessages(messages) }))
  const stored = await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      const from = writer % (messages - each + 1)
      const deliveries = inSomeOrder(known, writer).map((delivery) => ({
        ...delivery,
        messages: delivery.messages.slice(from, from + each),
      }))
      if (writer % 2 === 0) return (await rival.storeAll(deliveries)).reduce((sum, answer) => sum + answer.stored, 0)
      let sum = 0
      for (const { customerId, messages } of deliveries) sum += (await rival.store(customerId, messages)).stored
      return sum
    }),
  )
  await database.query(`update ${schema}.conversations set status = 'closed', closed_at = now()`)
  stored.push(...(await rival.storeAll(known)).map((answer) => answer.stored))
  await requireExact(
    database,
    schema,
    stored.reduce((sum, count) => sum + count, 0),
  )
  await database.query(`drop schema ${schema} cascade`)
}

function inSomeOrder<T>(items: readonly T[], seed: number): readonly T[] {
  const random = randomSource(seed)
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

async function requireExact(database: BenchDatabase, schema: string, stored: number): Promise<void> {
  const [row] = await database.query<{ conversations: number; exact: number; contacts: number }>(
    `select count(*)::integer as conversations, (select count(*)::integer from ${schema}.contacts) as contacts,
       count(*) filter (where (last_seq, unread_count, last_event_seq) = (select max(seq), count(*), count(*) from ${schema}.messages m
         where m.conversation_id = c.id) and last_seq = ${messages})::integer as exact
     from ${schema}.conversations c`,
  )
  if (stored === customers * messages && row?.conversations === customers && row.exact === customers && row.contacts === customers) return
  throw new Error(`the hand-written functions stored ${stored} messages: ${JSON.stringify(row)}`)
}
