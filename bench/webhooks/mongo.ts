import type { OpenComparison, Variant } from '../comparison.js'
import { accountId, customersInTurn, newMessages, oaId, openStoreDatabase, type StoreDatabase } from '../mongo/store-database.js'
import { warmUp } from '../runner/warm-up.js'
import { messengerBody } from './messenger-bodies.js'
import { type RouteProcess, startRoute } from './route-process.js'
import type { RouteName } from './serve.js'

const concurrency = [1, 16]
const callers = Math.max(...concurrency)
const customers = 4_000
const callsBefore = 1_000
const names = {
  'conversation-store on MongoDB, coalescing': 'createWebhookHandler, coalesce: true',
  'conversation-store on MongoDB': 'createWebhookHandler',
  Mongoose: 'Express and Mongoose',
  'Mongoose in a transaction': 'Express and Mongoose, a transaction',
} as const satisfies Partial<Readonly<Record<RouteName, string>>>
const routes = [
  'conversation-store on MongoDB, coalescing',
  'conversation-store on MongoDB',
  'Mongoose',
  'Mongoose in a transaction',
] as const

/** Bodies of Messenger through the handler, beside a hand-written route. */
export const openWebhooksMongo: OpenComparison = async ({ mongoUrl }) => {
  const databases: StoreDatabase[] = []
  const started: RouteProcess[] = []
  const close = async () => {
    for (const route of started) await route.stop()
    for (const database of databases) await database.close()
  }
  const customer = customersInTurn(customers)
  const variants: Variant[] = []
  for (const route of routes) {
    const database = await openStoreDatabase(mongoUrl, { connections: callers, customers })
    databases.push(database)
    const process = await startRoute({ route, databaseUrl: database.url, connections: callers })
    started.push(process)
    variants.push({ name: names[route], operation: () => process.post(newBody(customer())) })
  }
  await warmUp(variants, callsBefore)
  for (const { db } of databases) await requireStored(db.collection('messages').countDocuments({ accountId }))

  const ours = names['conversation-store on MongoDB, coalescing']
  return {
    id: 'webhooks-mongo',
    title: 'A body of Messenger through a webhook’s route, on MongoDB',
    note:
      'As on PostgreSQL. The hand-written routes use Mongoose: find the inbox, the conversation and the message, then create, create and save; without a ' +
      'transaction a crash leaves a part, and a body that is sent twice at once is stored twice.',
    concurrency,
    variants,
    goals: [
      { of: ours, against: names.Mongoose, atMost: 1, concurrency: [16] },
      { of: ours, against: names['Mongoose in a transaction'], atMost: 1 / 2, concurrency: [16] },
    ],
    processes: started.map(({ pid }) => pid),
    close,
  }
}

function newBody(customerId: string): string {
  const [message = { messageId: '', text: '' }] = newMessages(1)
  return messengerBody({ oaId, customerId, messageId: message.messageId, text: message.text, occurredAt: new Date() })
}

/** Each customer has two messages from the beginning. */
async function requireStored(counting: Promise<number>): Promise<void> {
  const stored = await counting
  if (stored !== 2 * customers + callsBefore) throw new Error(`${stored - 2 * customers} of ${callsBefore} messages were stored`)
}
