import { Pool } from 'pg'
import { addOptimisticLocking } from '../../src/adoption/index.js'
import { countedOperations, type KillAt } from '../servers/counted-operations.js'

/** In which schema a process has to add the locking, which it gets as JSON in its one argument. */
export interface LockingTask {
  readonly url: string
  readonly name: string
  readonly kill: KillAt
}

const task = JSON.parse(process.argv[2] ?? '') as LockingTask
const operations = countedOperations(task.kill)
operations.ofPostgres()
const pool = new Pool({ connectionString: task.url, max: 3 })
pool.on('error', () => {})
// A process may be killed between two batches of doubles.
const pace = { first: 1, least: 1, most: 1 }
const { verified } = await addOptimisticLocking({ db: pool, conversations: { schema: task.name }, pace, apply: true }).run()
await pool.end()
process.stdout.write(`${JSON.stringify({ ok: verified?.ok, operations: operations.count() })}\n`)
