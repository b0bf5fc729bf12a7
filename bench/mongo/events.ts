import type { OpenComparison, Variant } from '../comparison.js'
import { warmUp } from '../runner/warm-up.js'
import { handWrittenTransaction } from './hand-written.js'
import { openMongoose } from './mongoose-models.js'
import { writeWithMongoose } from './mongoose-transaction.js'
import { customersInTurn, newMessages, oaId, openStoreDatabase } from './store-database.js'

const customers = 4_000
const perCall = 5
const callsBefore = 1_000

/** Five new messages of a known customer. */
export const openMongoEvents: OpenComparison = async ({ mongoUrl }) => {
  const size = { connections: 16, customers }
  const ours = await openStoreDatabase(mongoUrl, size)
  const byHand = await openStoreDatabase(mongoUrl, size)
  const theirs = await openStoreDatabase(mongoUrl, size)
  const handWritten = await handWrittenTransaction(byHand.client, byHand.db, oaId)
  const mongoose = await openMongoose(theirs.url, size.connections)
  const customer = customersInTurn(customers)
  const expect = (stored: number) => {
    if (stored !== perCall) throw new Error(`${stored} messages were stored, not ${perCall}`)
  }

  const variants: readonly Variant[] = [
    {
      name: 'conversation-store',
      async operation() {
        const { events } = await ours.account.upsertConversationWithEvents({ oaId, customerId: customer(), events: newMessages(perCall) })
        expect(events.filter(({ outcome }) => outcome === 'stored').length)
      },
    },
    { name: 'hand-written transaction', operation: async () => expect(await handWritten.write(customer(), newMessages(perCall))) },
    {
      name: 'Mongoose transaction',
      operation: async () => expect(await writeWithMongoose(mongoose, { oaId, customerId: customer(), messages: newMessages(perCall) })),
    },
  ]
  await warmUp(variants, callsBefore)

  return {
    id: 'mongo-events',
    title: 'MongoDB: 5 new messages of a known customer',
    note:
      'The hand-written transaction finds the known ids, updates the conversation, inserts messages and events, and remembers the operation; it ' +
      'is given the contact inbox, and asks neither for aliases nor for receipts that came early. Mongoose: per message findOne, create, create. ' +
      `Each way is called ${callsBefore.toLocaleString('en')} times before, so that V8 has compiled it.`,
    concurrency: [1, 16],
    variants,
    goals: [
      { of: 'conversation-store', against: 'hand-written transaction', atMost: 1.1 },
      { of: 'conversation-store', against: 'Mongoose transaction', atMost: 0.35 },
    ],
    async close() {
      await mongoose.connection.close()
      for (const database of [ours, byHand, theirs]) await database.close()
    },
  }
}
