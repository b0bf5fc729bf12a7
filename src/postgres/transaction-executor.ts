import { requireNotAborted } from '../model/abort.js'
import { ConversationStoreError } from '../model/errors.js'
import type { Row } from './columns.js'
import { isPgClient, isPglite, isPgliteTransaction, isPgPool } from './drivers.js'
import type { Executor } from './executor.js'
import { type PgOptions, queryPg } from './pg-executor.js'
import { queryPglite } from './pglite-executor.js'
import type { Statement } from './sql.js'
import { takeTurn } from './turns.js'

interface HostTransaction {
  query(statement: Statement): Promise<readonly Row[]>
  script(text: string): Promise<unknown>
}

let savepoints = 0

/**
 * Runs statements in the host's open transaction. Each statement has its own savepoint, which is rolled back when the
 * statement fails, so that the host's transaction stays usable.
 */
export function createTransactionExecutor(transaction: unknown, options: PgOptions): Executor {
  const host = hostTransaction(transaction, options)
  const run = async (statement: Statement, signal: AbortSignal | null) => {
    requireNotAborted(signal)
    savepoints += 1
    const savepoint = `conversation_store_${savepoints}`
    await host.script(`savepoint ${savepoint}`)
    let rows: readonly Row[]
    try {
      rows = await host.query(statement)
    } catch (error) {
      // The first error says what happened. If this rollback fails too, the connection is lost and so is the
      // transaction.
      await host.script(`rollback to savepoint ${savepoint}; release savepoint ${savepoint}`).catch(() => {})
      throw error
    }
    await host.script(`release savepoint ${savepoint}`)
    requireNotAborted(signal)
    return rows
  }
  const executor: Executor = {
    inTransaction: true,
    // Savepoints nest, so two calls at once would release each other's savepoints.
    run: (statement, signal) => takeTurn(host.key, () => run(statement, signal)),
    transact: (work) => work(executor),
  }
  return executor
}

function hostTransaction(transaction: unknown, options: PgOptions): HostTransaction & { readonly key: object } {
  if (isPgPool(transaction)) throw refused('a Pool spreads statements over connections: give a client of it, after BEGIN')
  // A query on the instance would wait for the transaction to end, and the transaction would wait for the query.
  if (isPglite(transaction)) throw refused('give the transaction that PGlite hands to its transaction() callback, not the instance')
  if (isPgliteTransaction(transaction))
    return { key: transaction, query: (statement) => queryPglite(transaction, statement), script: (text) => transaction.exec(text) }
  if (isPgClient(transaction))
    return {
      key: transaction,
      query: (statement) => queryPg(transaction, statement, options),
      script: (text) => transaction.query({ text, values: [] }),
    }
  throw refused('must be a pg client on which BEGIN was sent, or a PGlite transaction')
}

function refused(message: string): ConversationStoreError<'VALIDATION_FAILED'> {
  return new ConversationStoreError('VALIDATION_FAILED', { issues: [{ path: 'transaction', message }] })
}
