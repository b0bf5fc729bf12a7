import { requireNotAborted } from '../model/abort.js'
import { isConversationStoreError } from '../model/errors.js'
import { callSignal, DeadlinePassed, onAborted } from '../store/deadline.js'
import type { Row } from './columns.js'
import { isPgPool, type PgClient, type PgPool, type PgQuery } from './drivers.js'
import type { Executor } from './executor.js'
import { holdTurn, lendClient } from './lend-client.js'
import type { Statement } from './sql.js'
import { breaksConnection, sqlState, unavailable } from './translate-error.js'

// The host may have set global pg parsers for bigint or jsonb. The store's statements ask for text, which readers.ts
// parses.
const unparsed = (text: string) => text
const asText = { getTypeParser: () => unparsed }

export interface PgOptions {
  /** Whether statements are named prepared statements, which are planned once per connection. */
  readonly preparedStatements: boolean
}

/**
 * How long a statement may go on after its call was given up. The server needs that time to cancel it, and to say so.
 * After that nobody knows what became of the statement, and its connection is ended.
 */
const cancelGraceMs = 500

/** Runs statements on a `pg` Pool or Client. One statement is one round trip. */
export function createPgExecutor(driver: PgPool | PgClient, options: PgOptions): Executor {
  const withClient = <T>(signal: AbortSignal | null, work: (client: PgClient) => Promise<T>) =>
    isPgPool(driver) ? borrow(driver, signal, options, work) : inTurn(driver, signal, work)
  return {
    inTransaction: false,
    async run(statement, signal, deadline) {
      requireNotAborted(signal)
      const call = callSignal(signal, deadline, 0)
      try {
        return await withClient(call.signal, (client) => queryPg(client, statement, options))
      } finally {
        call.end()
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
async function borrow<T>(
  pool: PgPool,
  signal: AbortSignal | null,
  { preparedStatements }: PgOptions,
  work: (client: PgClient) => Promise<T>,
): Promise<T> {
  // It is told of an error by the statement at work, or by the next one.
  const { client, release } = await lendClient(pool, ignore, signal)
  // Behind a pooler in transaction mode, the backend of this client may be at work for another one.
  const cancellation = signal === null || !preparedStatements ? null : cancelOnAbort(pool, client, signal)
  let broken = false
  try {
    return await untilGivenUp(work(client), signal)
  } catch (error) {
    broken = !isConversationStoreError(error) && breaksConnection(error)
    throw error
  } finally {
    // A statement that did not end keeps its backend, which a late cancel request may find.
    if (!broken) await cancellation?.end()
    else void cancellation?.end()
    release(broken)
  }
}

/** Runs work on the host's only client, which is never ended. The next call waits until the work has really ended. */
async function inTurn<T>(client: PgClient, signal: AbortSignal | null, work: (client: PgClient) => Promise<T>): Promise<T> {
  const end = await holdTurn(client, signal)
  const working = work(client)
  working.then(end, end)
  return untilGivenUp(working, signal)
}

/**
 * Waits for a statement that was sent. Throws the reason of the signal when the statement goes on for `cancelGraceMs`
 * after it, and UNAVAILABLE when the server has cancelled the statement, which then has changed nothing.
 */
function untilGivenUp<T>(working: Promise<T>, signal: AbortSignal | null): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    const stop = onAborted(signal, (reason) => {
      timer = setTimeout(() => reject(reason instanceof Error ? reason : new DeadlinePassed()), cancelGraceMs)
    })
    working
      .then(resolve, (error: unknown) => reject(signal?.aborted && sqlState(error) === cancelled ? unavailable(error) : error))
      .finally(() => {
        stop()
        clearTimeout(timer)
      })
  })
}

const cancelled = '57014'

function ignore(): void {}

/**
 * Asks the server to cancel the client's statement when the signal aborts. The client stays out of the pool until a
 * cancel request that was sent is answered, so that the request never hits the next borrower's statement.
 */
function cancelOnAbort(pool: PgPool, client: PgClient, signal: AbortSignal): { end(): Promise<void> } {
  const ended = new AbortController()
  let request: Promise<unknown> = Promise.resolve()
  const cancel = async () => {
    // Nobody waits for the connection any more once the statement has ended.
    const { client: other, release } = await lendClient(pool, ignore, ended.signal)
    let failed = false
    const processId: unknown = Reflect.get(client, 'processID')
    if (!ended.signal.aborted && typeof processId === 'number') {
      request = other.query({ text: 'select pg_cancel_backend($1::integer)', values: [processId] }).then(ignore, () => {
        failed = true
      })
      await request
    }
    release(failed)
  }
  const stop = onAborted(signal, () => {
    cancel().catch(ignore)
  })
  return {
    async end() {
      ended.abort()
      stop()
      await request
    },
  }
}
