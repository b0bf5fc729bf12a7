import { type ClientSession, MongoClient, MongoNetworkError } from 'mongodb'
import type { MongoClientLike } from '../../../src/mongo/driver.js'
import { mongo } from '../../../src/mongo/index.js'
import { mongoBackend } from '../mongo-backend.js'
import { checkpoint } from './breakdown.js'
import { cuttingProxy } from './cutting-proxy.js'
import type { BreakableBackend } from './sweep.js'

/** A MongoDB behind a proxy that cuts connections, with a client whose calls can throw. */
export async function breakableMongo(url: string): Promise<BreakableBackend> {
  const backend = await mongoBackend({ name: 'mongo', url, isReplicaSet: true })
  const address = new URL(url)
  // The monitoring of the driver goes on all the time, so its commands are not counted.
  const proxy = await cuttingProxy(
    { host: address.hostname, port: Number(address.port) },
    (data) => data.includes('$db') && !/hello|isMaster|endSessions/.test(data.toString('latin1')),
  )
  const thrown = checkpoint(['an error instead of sending', 'an error after the answer'])
  const client = await new MongoClient(`mongodb://127.0.0.1:${proxy.port}/?directConnection=true`, {
    maxPoolSize: 4,
    serverSelectionTimeoutMS: 3_000,
  }).connect()
  return {
    backend,
    breakable: mongo({ client: throwingClient(client, thrown.next), db: backend.db.databaseName }),
    breakdown: {
      arm(kind, statement) {
        thrown.arm(kind, statement)
        proxy.arm(kind, statement)
      },
      disarm: () => [thrown.disarm(), proxy.disarm()].includes(true),
    },
    // The server ends the transaction of a lost connection, and a single command that the connection has sent was
    // answered already. So a short pause is enough.
    settle: () => new Promise((resolve) => setTimeout(resolve, 20)),
    async close() {
      await client.close()
      await proxy.close()
      await backend.close()
    },
  }
}

type Call = (...given: unknown[]) => unknown

function throwingClient(client: MongoClient, next: () => string | null): MongoClientLike {
  const guarded = async (run: () => Promise<unknown>, labels: readonly string[]) => {
    const kind = next()
    if (kind === 'an error instead of sending') throw networkError(labels)
    const result = await run()
    if (kind === 'an error after the answer') throw networkError(labels)
    return result
  }
  const labelsIn = (given: readonly unknown[]) => {
    const session = given
      .map((each) => Reflect.get(Object(each), 'session') as ClientSession | undefined)
      .find((each) => each !== undefined)
    return session?.inTransaction() ? ['TransientTransactionError'] : ['RetryableWriteError']
  }
  const collectionOf = (collection: object) =>
    new Proxy(collection, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        return (...given: unknown[]) => {
          const run = () => (member as Call).apply(target, given)
          if (name !== 'find' && name !== 'aggregate') return guarded(async () => run(), labelsIn(given))
          const cursor = run() as { toArray(): Promise<unknown> }
          return { toArray: () => guarded(() => cursor.toArray(), labelsIn(given)) }
        }
      },
    })
  return {
    db: (name, options) => {
      const db = client.db(name, options)
      return {
        collection: (collection: string, settings?: object) => collectionOf(db.collection(collection, settings)),
        command: (command: object) => db.command(command),
        createCollection: (collection: string) => db.createCollection(collection),
        listCollections: () => db.listCollections(),
      } as unknown as ReturnType<MongoClientLike['db']>
    },
    startSession(options) {
      const session = client.startSession(options)
      const commit = session.commitTransaction.bind(session)
      return Object.assign(session, {
        commitTransaction: () => guarded(() => commit(), ['UnknownTransactionCommitResult']) as Promise<void>,
      })
    },
  }
}

function networkError(labels: readonly string[]): MongoNetworkError {
  const error = new MongoNetworkError('the connection was closed')
  for (const label of labels) error.addErrorLabel(label)
  return error
}
