import { requireNotAborted } from '../model/abort.js'
import { ConversationStoreError } from '../model/errors.js'
import type { Row } from './columns.js'
import { isPgPool, type PgClient, type PgPool, type PgQuery, requireConnected } from './drivers.js'
import type { Executor } from './executor.js'
import { lendClient } from './lend-client.js'
import type { Statement } from './sql.js'
import { breaksConnection } from './translate-error.js'
import { takeTurn } from './turns.js'

// The host may have set global pg parsers for bigint or jsonb. The store's statements ask for text, which readers.ts
// parses.
const unparsed = (text: string) => text
const asText = { getTypeParser: () => unparsed }

export interface PgOptions {
  /** Whether statements are named prepared statements, which are planned once per connection. */
  readonly preparedStatements: boolean
}

/** Runs statements on a `pg` Pool or Client. One statement is one round trip. */
export function createPgExecutor(driver: PgPool | PgClient, options: PgOptions): Executor {
  const withClient = <T>(signal: AbortSignal | null, work: (client: PgClient) => Promise<T>) =>
    isPgPool(driver)
      ? borrow(driver, options.preparedStatements ? signal : null, work)
      : takeTurn(driver, () => work(requireConnected(driver)))
  return {
    inTransaction: false,
    async run(statement, signal) {
      requireNotAborted(signal)
      try {
        return await withClient(signal, (client) => queryPg(client, statement, options))
      } finally {
        requireNotAborted(signal)
      }
    },
  }
}

export async function queryPg(
  client: PgClient,
  { name, text, values }: Statement,
  { preparedStatements }: PgOptions,
): Promise<readonly Row[]> {
  const query: PgQuery = preparedStatements
    ? { name, text, values: [...values], types: asText }
    : { text, values: [...values], types: asText }
  const { rows } = await client.query(query)
  return rows as readonly Row[]
}

/**
 * Checks a client out of the pool by hand. `pool.query` can't tell a connection that was never made from one that was
 * lost after the statement was sent, and it drops the connection on every error of a statement.
 */
async function borrow<T>(pool: PgPool, signal: AbortSignal | null, work: (client: PgClient) => Promise<T>): Promise<T> {
  // It is told of an error by the statement at work, or by the next one.
  const { client, release } = await lendClient(pool, ignore)
  const cancellation = signal === null ? null : cancelOnAbort(pool, client, signal)
  let broken = false
  try {
    requireNotAborted(signal)
    return await work(client)
  } catch (error) {
    broken = !(error instanceof ConversationStoreError) && breaksConnection(error)
    throw error
  } finally {
    await cancellation?.end()
    release(broken)
  }
}

function ignore(): void {}

/**
 * Asks the server to cancel the client's statement when the signal aborts. The client stays out of the pool until a
 * cancel request that was sent is answered, so that the request never hits the next borrower's statement.
 */
function cancelOnAbort(pool: PgPool, client: PgClient, signal: AbortSignal): { end(): Promise<void> } {
  let running = true
  let request: Promise<unknown> = Promise.resolve()
  const cancel = async () => {
    const { client: other, release } = await lendClient(pool, ignore)
    let failed = false
    const processId: unknown = Reflect.get(client, 'processID')
    if (running && typeof processId === 'number') {
      request = other.query({ text: 'select pg_cancel_backend($1::integer)', values: [processId] }).then(ignore, () => {
        failed = true
      })
      await request
    }
    release(failed)
  }
  const onAbort = () => {
    cancel().catch(ignore)
  }
  signal.addEventListener('abort', onAbort, { once: true })
  return {
    async end() {
      running = false
      signal.removeEventListener('abort', onAbort)
      await request
    },
  }
}
