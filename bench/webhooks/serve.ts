// Serves one route that takes webhooks: `serve.ts <route> <database URL> <schema> <connections>`. It tells its parent
// the port, and ends when the parent lets go of it.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Express } from 'express'

/** What a route needs to know of its database. */
export interface RouteDatabase {
  readonly url: string
  readonly schema: string
  readonly connections: number
}

const ROUTES = {
  'conversation-store on PostgreSQL': async () => (await import('./routes/ours.js')).oursOnPostgres({ coalesce: false }),
  'conversation-store on PostgreSQL, coalescing': async () => (await import('./routes/ours.js')).oursOnPostgres({ coalesce: true }),
  'conversation-store on MongoDB': async () => (await import('./routes/ours.js')).oursOnMongo({ coalesce: false }),
  'conversation-store on MongoDB, coalescing': async () => (await import('./routes/ours.js')).oursOnMongo({ coalesce: true }),
  Prisma: async () => (await import('./routes/prisma.js')).prismaRoute,
  'Prisma in a transaction': async () => (await import('./routes/prisma.js')).prismaTransactionRoute,
  Mongoose: async () => (await import('./routes/mongoose.js')).mongooseRoute,
  'Mongoose in a transaction': async () => (await import('./routes/mongoose.js')).mongooseTransactionRoute,
} satisfies Readonly<Record<string, () => Promise<(database: RouteDatabase) => Promise<Express>>>>

export type RouteName = keyof typeof ROUTES

function isRouteName(name: string): name is RouteName {
  return Object.hasOwn(ROUTES, name)
}

const [, , name = '', url = '', schema = '', connections = '1'] = process.argv
if (!isRouteName(name)) throw new Error(`no route is called ${name}`)
const openRoute = await ROUTES[name]()
const server = createServer(await openRoute({ url, schema, connections: Number(connections) }))
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.on('disconnect', () => process.exit(0))
process.send?.(Object(server.address()).port)
