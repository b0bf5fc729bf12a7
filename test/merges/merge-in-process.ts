import { MongoClient } from 'mongodb'
import { Pool } from 'pg'
import { createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import { postgres } from '../../src/postgres/index.js'
import type { CustomerKey } from '../../src/store/inputs.js'

/** What a process is told: which two conversations to merge, and where. */
export interface MergeTask {
  readonly engine: 'PostgreSQL' | 'MongoDB'
  readonly url: string
  /** The schema or the database. */
  readonly name: string
  readonly accountId: string
  readonly keep: CustomerKey
  readonly lose: CustomerKey
}

// The process says when it begins, so that it is killed while it merges.
const { engine, url, name, accountId, keep, lose } = JSON.parse(process.argv[2] ?? '') as MergeTask
const adapter =
  engine === 'PostgreSQL'
    ? postgres({ pool: new Pool({ connectionString: url, max: 2 }), schema: name })
    : mongo({ client: await new MongoClient(url).connect(), db: name })
const account = createConversationStore({ adapter, deadlineMs: 10 * 60_000 }).forAccount(accountId)
await account.countConversations()
console.log('begins')
await account.mergeConversations({ keep, lose })
process.exit(0)
