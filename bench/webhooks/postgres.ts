import { createConversationStore } from 'conversation-store'
import { postgres } from 'conversation-store/postgres'
import type { OpenComparison, Variant } from '../comparison.js'
import { account, customerChooser, inbox } from '../postgres/customers.js'
import { newMessages } from '../postgres/new-messages.js'
import { openSchemas, rehearsed } from '../postgres/prepare.js'
import { warmUp } from '../runner/warm-up.js'
import { messengerBody } from './messenger-bodies.js'
import { type RouteProcess, startRoute } from './route-process.js'
import type { RouteName } from './serve.js'

const concurrency = [1, 16]
const callers = Math.max(...concurrency)
const customers = 4_000
const callsBefore = 1_000
const routes = {
  ours: 'conversation-store on PostgreSQL, coalescing',
  ours_alone: 'conversation-store on PostgreSQL',
  prisma: 'Prisma',
  prisma_transaction: 'Prisma in a transaction',
} as const satisfies Readonly<Record<string, RouteName>>
const schemas = ['ours', 'ours_alone', 'prisma', 'prisma_transaction'] as const
const names = {
  ours: 'createWebhookHandler, coalesce: true',
  ours_alone: 'createWebhookHandler',
  prisma: 'Express and Prisma',
  prisma_transaction: 'Express and Prisma, a transaction',
} as const

/** Bodies of Messenger through the handler, beside a hand-written route. */
export const openWebhooksPostgres: OpenComparison = async ({ postgresUrl }) => {
  const database = await openSchemas({ server: postgresUrl, name: 'bench_webhooks', schemas }, { customers, withMessages: customers })
  // The handler finds the account by the owner of the inbox, who is written down when it is connected.
  for (const schema of ['ours', 'ours_alone']) {
    await database.query(`delete from ${schema}.inboxes`)
    const store = createConversationStore({ adapter: postgres({ pool: database.pool(schema, 1), schema }) })
    await store.forAccount(account).connectInbox(inbox)
  }

  const variants: Variant[] = []
  const processes: number[] = []
  for (const schema of schemas) {
    const started = await startRoute({ route: routes[schema], databaseUrl: database.url, schema, connections: callers })
    database.onClose(started.stop)
    processes.push(started.pid)
    variants.push(bodiesVariant(names[schema], started))
  }
  const comparison = {
    id: 'webhooks-postgres',
    title: 'A body of Messenger through a webhook’s route, on PostgreSQL',
    note:
      'One new message of one of 4,000 known customers, signed and posted over a kept HTTP connection; each route is Express in a process of its own, and ' +
      'the CPU of the client is the sender’s and the route’s. The hand-written routes check the signature, find the inbox, the conversation and the message, and ' +
      'then write; without a transaction a crash leaves a part, and a body that is sent twice at once is stored twice. The handler is taken as a host with many ' +
      'bodies sets it up, with `coalesce: true`, and as it is without.',
    concurrency,
    variants,
    goals: [
      { of: names.ours, against: names.prisma, atMost: 1 / 4, concurrency: [16] },
      { of: names.ours, against: names.prisma, atMost: 1 / 2, measure: 'p99', concurrency: [16] },
      { of: names.ours, against: names.prisma_transaction, atMost: 1 / 4, concurrency: [16] },
    ],
    processes,
    close: () => database.close(),
  } as const
  const sound = await rehearsed(comparison, database, schemas)
  await warmUp(variants, callsBefore)
  return sound
}

function bodiesVariant(name: string, route: RouteProcess): Variant {
  const choose = customerChooser({ customers, callers })
  return {
    name,
    async operation(caller) {
      const [message] = newMessages(1)
      if (message !== undefined) await route.post(messengerBody({ ...message, oaId: inbox.oaId, customerId: choose(caller) }))
    },
  }
}
