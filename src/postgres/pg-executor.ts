import { requireNotAborted } from '../model/abort.js'
import { isConversationStoreError } from '../model/errors.js'
import { DeadlinePassed, type GivingUp, givenUpInTime, giveUpByHand } from '../store/deadline.js'
import type { Row } from './columns.js'
import { isPgPool, type PgClient, type PgPool, type PgQuery } from './drivers.js'
import { beginning, CommitLost, type Executor } from './executor.js'
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
  const withClient = <T>(call: GivingUp | null, work: (client: PgClient) => Promise<T>) =>
    isPgPool(driver) ? borrow(driver, call, options, work) : inTurn(driver, call, work)
  return {
    inTransaction: false,
    async run(statement, signal, deadline) {
      requireNotAborted(signal)
      const call = givenUpInTime(signal, deadline)
      try {
        return await withClient(call, (client) => queryPg(client, statement, options))
      } finally {
        call?.end()
        requireNotAborted(signal)
      }
    },
    async transact(work, deadline) {
      const call = givenUpInTime(null, deadline)
      try {
        return await withClient(call, (client) => transact(client, options, work))
      } finally {
        call?.end()
      }
    },
  }
}

/** A connection that can't roll back is of no use to the pool, so its own error is thrown then. */
async function transact<T>(client: PgClient, options: PgOptions, work: (inner: Executor) => Promise<T>): Promise<T> {
  const inner: Executor = {
    inTransaction: true,
    run: (statement) => queryPg(client, statement, options),
    transact: (nested) => nested(inner),
  }
  await begin(client)
  let result: T
  try {
    result = await work(inner)
  } catch (error) {
    await client.query({ text: 'rollback', values: [] })
    throw error
  }
  await client.query({ text: 'commit', values: [] }).catch((error: unknown) => {
    throw new CommitLost('the reply to a commit was lost', { cause: error })
  })
  return result
}

/** If the second of the two statements fails, for example because the call was given up, the first has begun one. */
async function begin(client: PgClient): Promise<void> {
  try {
    await client.query({ text: beginning, values: [] })
  } catch (error) {
    if (!breaksConnection(error)) await client.query({ text: 'rollback', values: [] })
    throw error
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
  call: GivingUp | null,
  { preparedStatements }: PgOptions,
  work: (client: PgClient) => Promise<T>,
): Promise<T> {
  // It is told of an error by the statement at work, or by the next one.
  const { client, release } = await lendClient(pool, ignore, call)
  // Behind a pooler in transaction mode, the backend of this client may be at work for another one.
  const cancellation = call === null || !preparedStatements ? null : cancelWhenGivenUp(pool, client, call)
  let broken = false
  try {
    return await untilGivenUp(work(client), call)
  } catch (error) {
    broken = !isConversationStoreError(error) && breaksConnection(error)
    throw error
  } finally {
    // A statement that did not end keeps its backend, which a late cancel request may find.
    const request = cancellation?.end()
    if (request !== undefined && !broken) await request
    release(broken)
  }
}

/** Runs work on the host's only client, which is never ended. The next call waits until the work has really ended. */
async function inTurn<T>(client: PgClient, call: GivingUp | null, work: (client: PgClient) => Promise<T>): Promise<T> {
  const end = await holdTurn(client, call)
  const working = work(client)
  working.then(end, end)
  return untilGivenUp(working, call)
}

/**
 * Waits for a statement that was sent. When the call is given up and the statement goes on for `cancelGraceMs` after
 * that, this throws the reason. It throws UNAVAILABLE when the server has cancelled the statement, which then has
 * changed nothing.
 */
function untilGivenUp<T>(working: Promise<T>, call: GivingUp | null): Promise<T> {
  if (call === null) return working
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    const stop = call.onGivenUp((reason) => {
      timer = setTimeout(() => reject(reason instanceof Error ? reason : new DeadlinePassed()), cancelGraceMs)
    })
    const watchNoMore = () => {
      stop()
      clearTimeout(timer)
    }
    working.then(
      (result) => {
        watchNoMore()
        resolve(result)
      },
      (error: unknown) => {
        watchNoMore()
        reject(call.isGivenUp() && sqlState(error) === cancelled ? unavailable(error) : error)
      },
    )
  })
}

const cancelled = '57014'

function ignore(): void {}

/**
 * Asks the server to cancel the client's statement when its call is given up. The client stays out of the pool until a
 * cancel request that was sent is answered, so that the request never hits the next borrower's statement.
 */
function cancelWhenGivenUp(pool: PgPool, client: PgClient, call: GivingUp): { end(): Promise<void> | undefined } {
  let wait: ReturnType<typeof giveUpByHand> | undefined
  let request: Promise<void> | undefined
  const cancel = async () => {
    // Nobody waits for the connection any more once the statement has ended.
    wait = giveUpByHand()
    const { client: other, release } = await lendClient(pool, ignore, wait)
    let failed = false
    const processId: unknown = Reflect.get(client, 'processID')
    if (!wait.isGivenUp() && typeof processId === 'number') {
      request = other.query({ text: 'select pg_cancel_backend($1::integer)', values: [processId] }).then(ignore, () => {
        failed = true
      })
      await request
    }
    release(failed)
  }
  const stop = call.onGivenUp(() => {
    cancel().catch(ignore)
  })
  return {
    end() {
      wait?.giveUp(undefined)
      stop()
      return request
    },
  }
}
