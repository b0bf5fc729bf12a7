import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import pg from 'pg'
import { interceptedAdapter } from '../../../src/contract/intercepted-adapter.js'
import { work } from '../../../src/inbox-migrations/index.js'
import { createConversationStore } from '../../../src/index.js'
import { mongo } from '../../../src/mongo/index.js'
import { postgres } from '../../../src/postgres/index.js'
import type { ConversationAdapter } from '../../../src/store/adapter.js'
import type { InboxMigration, MoveInboxBatch } from '../../../src/store/inbox-move-port.js'
import { silent } from '../moving.js'
import type { KilledWorker, Place, Told } from './killed-task.js'
import { oneAccount } from './worker-of-one.js'

/** A worker, which begins when its parent says so, and dies where its task says. */
const task = JSON.parse(process.argv[2] ?? '') as KilledWorker
const { accountId, people, leaseMs, dies } = task

/** After how many batches the one follows that is being written. */
let writing: number | null = null
let batches = 0

/** Nothing runs after this. */
const die = () => process.kill(process.pid, 'SIGKILL')
// A batch that others have moved by then is not written by this process.
const isAt = (place: Place, at: number | null) => dies !== null && dies.place === place && at !== null && at >= dies.at

/** Called when a commit is about to be sent. */
function beforeCommit(): void {
  if (isAt('before the commit', writing)) die()
  // Then it is on its way, or on its way back.
  if (isAt('in the commit', writing)) setTimeout(die, dies?.afterMs)
}

const adapter = interceptedAdapter(task.engine === 'PostgreSQL' ? overPostgres() : await overMongo(), async ({ name, input, send }) => {
  if (name === 'releaseLease' && dies?.place === 'before the release') die()
  if (name !== 'moveInboxBatch') return send()
  const { expectedBatches } = input as MoveInboxBatch
  if (isAt('before the batch', expectedBatches)) die()
  writing = expectedBatches
  const answer = await send()
  if (isAt('after the batch', expectedBatches)) die()
  writing = null
  if ((answer as InboxMigration).batches === expectedBatches + 1) batches += 1
  return answer
})
const store = createConversationStore({ adapter })
const over = new AbortController()
const tell = (told: Told) => process.send?.(told)

process.on('message', async (said) => {
  if (said !== 'go') return over.abort()
  const worker = oneAccount(store, accountId, people)
  const pace = { pauseMs: 1, idleMs: 5, slowMs: 60_000, leaseMs, signal: over.signal, logger: silent }
  if (dies === null) await work(worker, pace)
  // One that was to die, and came to the end before, has nothing more to do. It may have lost its lease meanwhile.
  else {
    while (await isActive()) {
      await work(worker, { ...pace, stopWhenIdle: true })
      await sleep(20)
    }
  }
  tell({ batches })
  process.exit(0)
})

async function isActive(): Promise<boolean> {
  return (await store.forAccount(accountId).listInboxMigrations({ active: true, limit: 1 })).items.length > 0
}

// The connection is there before the parent begins.
await store.forAccount(accountId).countConversations()
tell('ready')

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
