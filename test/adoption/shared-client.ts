import { MongoClient } from 'mongodb'
import { onTestFinished } from 'vitest'

interface Shared {
  readonly client: Promise<MongoClient>
  users: number
}

const clients = new Map<string, Shared>()

/** A client for all hosts of a test, which may be a thousand. It ends with the test. */
export function sharedClient(url: string): Promise<MongoClient> {
  const shared = clients.get(url) ?? { client: new MongoClient(url).connect(), users: 0 }
  clients.set(url, shared)
  shared.users++
  onTestFinished(async () => {
    shared.users--
    if (shared.users > 0) return
    clients.delete(url)
    await (await shared.client).close()
  })
  return shared.client
}
