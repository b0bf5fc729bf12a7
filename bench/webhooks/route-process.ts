import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { signatureOf } from './messenger-bodies.js'
import type { RouteName } from './serve.js'

const SERVE = fileURLToPath(new URL('serve.ts', import.meta.url))

/** A route that takes webhooks, in a process of its own. */
export interface RouteProcess {
  readonly pid: number
  /** Posts a signed body over a connection that is kept. Throws unless it is answered with 200. */
  post(body: string): Promise<void>
  stop(): Promise<void>
}

export interface RouteOptions {
  readonly route: RouteName
  readonly databaseUrl: string
  /** The schema of PostgreSQL. */
  readonly schema?: string
  /** The size of the connection pool, and of the pool of HTTP connections. */
  readonly connections: number
}

export async function startRoute({ route, databaseUrl, schema = '', connections }: RouteOptions): Promise<RouteProcess> {
  const child = fork(SERVE, [route, databaseUrl, schema, String(connections)])
  const port = await portOf(child, route)
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return {
    pid: child.pid ?? 0,
    async post(body) {
      const headers = {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        'X-Hub-Signature-256': signatureOf(body),
      }
      const posted = request({ port, host: '127.0.0.1', path: '/webhook', method: 'POST', agent, headers })
      posted.end(body)
      const [answered] = await once(posted, 'response')
      answered.resume()
      await once(answered, 'end')
      if (answered.statusCode !== 200) throw new Error(`${route} answered ${answered.statusCode}`)
    },
    async stop() {
      const gone = once(child, 'exit')
      agent.destroy()
      child.disconnect()
      await gone
    },
  }
}

async function portOf(child: ChildProcess, route: RouteName): Promise<number> {
  const died = once(child, 'exit').then(([status]) => {
    throw new Error(`the process of ${route} ended with ${status}`)
  })
  const [port] = await Promise.race([once(child, 'message'), died])
  return Number(port)
}
