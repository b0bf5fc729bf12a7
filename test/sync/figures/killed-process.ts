import { writeSync } from 'node:fs'
import { MongoClient } from 'mongodb'
import pg from 'pg'
import { interceptedAdapter } from '../../../src/contract/intercepted-adapter.js'
import { createConversationStore, isConversationStoreError } from '../../../src/index.js'
import { mongo } from '../../../src/mongo/index.js'
import { postgres } from '../../../src/postgres/index.js'
import type { ConversationAdapter } from '../../../src/store/adapter.js'
import type { SyncSession, WriteSyncPage } from '../../../src/store/sync-port.js'
import { graphHistory, syncConversations } from '../../../src/sync/index.js'
import { fetchFrom } from '../fake-graph/fake-graph.js'
import { keptLog } from '../reading.js'
import { exits, type KilledSync, type Place } from './killed-task.js'

/** A process that pulls an inbox, once its parent says so, and dies where its task says. */
const task = JSON.parse(process.argv[2] ?? '') as KilledSync
const { accountId, origin, pageId: oaId, lockTtlMs, dies } = task

/** How many pages the session has, and after how many of them the one follows that is being written. */
let pages = 0
let writing: number | null = null
let isReleased = false

/** Nothing runs after this. The parent reads when it was. */
function die(): void {
  writeSync(1, `${Date.now()}\n`)
  process.kill(process.pid, 'SIGKILL')
}

const isAt = (place: Place, page: number | null) => dies !== null && dies.place === place && dies.at === page

/** Called when a commit is about to be sent. */
function beforeCommit(): void {
  if (isAt('before the commit', writing)) die()
  // Then it is on its way, or on its way back.
  if (isAt('in the commit', writing)) setTimeout(die, dies?.afterMs)
}

const adapter = interceptedAdapter(task.engine === 'PostgreSQL' ? overPostgres() : await overMongo(), async ({ name, input, send }) => {
  if (name === 'releaseLease') {
    if (isAt('before the release', pages - 1)) die()
    isReleased = true
  }
  if (name === 'writeSyncPage') writing = (input as WriteSyncPage).expectedPages
  const answer = await send()
  if (name === 'writeSyncPage' && isAt('after the cursor', writing)) die()
  if (name === 'writeSyncPage') writing = null
  if (name === 'beginSync' || name === 'resumeSync' || name === 'writeSyncPage') pages = (answer as SyncSession).pages
  return answer
})
const account = createConversationStore({ adapter }).forAccount(accountId)

process.once('message', async () => {
  const [last] = (await account.listSyncSessions({ oaId, limit: 1 })).items
  const session = last === undefined || last.finishedAt !== null ? null : last
  const source = graphHistory({
    pageId: oaId,
    accessToken: 'a-token',
    login: 'facebook',
    pace: false,
    logger: keptLog(),
    fetch: async (url, init) => {
      if (isAt('before the fetch', pages)) die()
      return fetchFrom(origin)(url, init)
    },
  })
  // Only a run that ends releases the lock.
  const budget = dies?.place === 'before the release' ? { pages: Math.max(1, dies.at + 1 - (session?.pages ?? 0)) } : {}
  try {
    await syncConversations(account, { oaId, source, resumeSession: session?.sessionId ?? null, budget, lockTtlMs, logger: keptLog() })
    process.exit(isReleased ? exits.completed : exits.lostLock)
  } catch (error) {
    if (isConversationStoreError(error, 'LEASE_LOST')) process.exit(exits.lostLock)
    throw error
  }
})
// The connection is there before the parent says that the lock is free.
await account.countConversations()
process.send?.('ready')

function overPostgres(): ConversationAdapter {
  class MortalClient extends pg.Client {
    // The driver has many forms of this call. The store gives it an object.
    override query(...call: unknown[]) {
      if (Reflect.get(Object(call[0]), 'text') === 'commit') beforeCommit()
      return Reflect.apply(super.query, this, call)
    }
  }
  return postgres({ pool: new pg.Pool({ connectionString: task.url, max: 3, Client: MortalClient }) })
}

async function overMongo(): Promise<ConversationAdapter> {
  const client = new MongoClient(task.url, { monitorCommands: true, maxPoolSize: 3 })
  client.on('commandStarted', ({ commandName }) => {
    if (commandName === 'commitTransaction') beforeCommit()
  })
  await client.connect()
  return mongo({ client, db: client.db() })
}
