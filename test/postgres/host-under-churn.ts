// A host process that makes connections all the time, as many small hosts do together: its pool keeps no connection
// longer than a moment. It says when it is ready, calls until it is told to end, and prints how its calls ended.
import pg from 'pg'
import { createConversationStore, isConversationStoreError } from '../../src/index.js'
import { postgres } from '../../src/postgres/index.js'

const [, , url = '', callers = '1'] = process.argv
const pool = new pg.Pool({ connectionString: url, max: Number(callers), maxUses: 1 })
// A host must listen, because the pool tells it about idle connections that died.
pool.on('error', () => {})
const store = createConversationStore({ adapter: postgres({ pool }), retry: { attempts: 1 } })
const acme = store.forAccount('acme')
const ends = new Map<string, number>()
let isOver = false
process.stdin.once('data', () => {
  isOver = true
})

async function call(customerId: string): Promise<void> {
  while (!isOver) {
    const end = await acme.upsertConversation({ oaId: 'page', customerId }).then(
      () => 'ok',
      (error: unknown) => (isConversationStoreError(error) ? error.code : `raw ${error}`),
    )
    ends.set(end, (ends.get(end) ?? 0) + 1)
    if (end !== 'ok') await new Promise(setImmediate)
  }
}
await acme.countConversations()
process.stdout.write('ready\n')
await Promise.all(Array.from({ length: Number(callers) }, (_, index) => call(`c${index}`)))
process.stdout.write(`${JSON.stringify(Object.fromEntries(ends))}\n`)
process.stdin.destroy()
await pool.end()
