import { isConversationStoreError } from '../../model/errors.js'
import type { Row } from '../columns.js'
import { isPglite, isPgPool, type PgClient, type Pglite, type PgliteTransaction, type PostgresDriver } from '../drivers.js'
import { holdTurn, lendClient } from '../lend-client.js'
import { queryPg } from '../pg-executor.js'
import { queryPglite } from '../pglite-executor.js'
import type { Statement } from '../sql.js'
import { isLost, translateKnown } from '../translate-error.js'
import type { MigrationSession } from './migration.js'

/** One connection of the host's, which the migrator uses alone until `end`. It throws the driver's errors. */
export interface RunConnection extends MigrationSession {
  /**
   * The backend's process id as the server announced it on connecting. A pooler announces one that it made up. Null if
   * none was announced.
   */
  readonly announcedPid: number | null
  /** Aborted when the connection is lost, and with it everything that the backend held for the migrator. */
  readonly lost: AbortSignal
  /** Runs one of the library's statements. Every value of its rows is text. */
  run(statement: Statement): Promise<readonly Row[]>
  /** Runs SQL text without values. */
  script(text: string): Promise<void>
  begin(): Promise<void>
  commit(): Promise<void>
  rollback(): Promise<void>
  /**
   * Gives the connection back. A pool destroys it if it is broken, or if it holds something that nobody may inherit.
   */
  end(destroy: boolean): Promise<void>
}

/** Throws UNAVAILABLE if the pool can't give a connection. */
export async function openConnection(driver: PostgresDriver): Promise<RunConnection> {
  if (isPglite(driver)) return onPglite(driver)
  const lost = new AbortController()
  const onError = (error: Error) => lost.abort(error)
  if (isPgPool(driver)) {
    const { client, release } = await lendClient(driver, onError)
    return onPg(client, lost, release)
  }
  const end = await holdTurn(driver)
  // A connection that dies while it is idle emits 'error', which ends the process if nothing listens.
  driver.on('error', onError)
  return onPg(driver, lost, () => {
    end()
    driver.removeListener('error', onError)
  })
}

function onPg(client: PgClient, lost: AbortController, release: (destroy: boolean) => void): RunConnection {
  const watched = watch(lost)
  const pid: unknown = Reflect.get(client, 'processID')
  const script = async (text: string) => {
    await watched(() => client.query({ text, values: [] }))
  }
  return {
    announcedPid: typeof pid === 'number' ? pid : null,
    lost: lost.signal,
    run: (statement) => watched(() => queryPg(client, statement, { preparedStatements: false })),
    query: (text, values = []) => watched(async () => rowsOf(await client.query({ text, values: [...values] }))),
    script,
    begin: () => script('begin'),
    commit: () => script('commit'),
    rollback: () => script('rollback'),
    async end(destroy) {
      release(destroy || lost.signal.aborted)
    },
  }
}

interface OpenTransaction {
  readonly transaction: PgliteTransaction
  readonly ended: Promise<void>
  commit(): void
  rollback(): void
}

const rolledBack = Symbol('rolled back')

/**
 * PGlite lends its only session to a callback for the length of a transaction. Here that callback waits for `commit` or
 * `rollback`.
 */
function onPglite(pglite: Pglite): RunConnection {
  const lost = new AbortController()
  const watched = watch(lost)
  let open: OpenTransaction | null = null
  const session = () => open?.transaction ?? pglite
  const close = async (end: 'commit' | 'rollback') => {
    const ending = open
    open = null
    ending?.[end]()
    await ending?.ended
    // PGlite's COMMIT still counts as inside the transaction, so PGlite does not write it to the file system by itself.
    await pglite.syncToFs?.()
  }
  return {
    announcedPid: null,
    lost: lost.signal,
    run: (statement) => watched(() => queryPglite(session(), statement)),
    query: (text, values) =>
      watched(async () =>
        values === undefined || values.length === 0 ? rowsOf(await session().exec(text)) : rowsOf(await session().query(text, [...values])),
      ),
    script: async (text) => {
      await watched(() => session().exec(text))
    },
    begin: () =>
      watched(async () => {
        open = await beginPglite(pglite)
      }),
    commit: () => watched(() => close('commit')),
    rollback: () => watched(() => close('rollback')),
    async end() {
      if (open !== null) await close('rollback')
    },
  }
}

function beginPglite(pglite: Pglite): Promise<OpenTransaction> {
  return new Promise((opened, failed) => {
    const running = pglite.transaction(
      (transaction) =>
        new Promise<void>((commit, reject) => {
          // This runs in a later turn, when `running` and `ended` exist.
          queueMicrotask(() => opened({ transaction, ended, commit, rollback: () => reject(rolledBack) }))
        }),
    )
    const ended = running.catch((error: unknown) => {
      if (error !== rolledBack) throw error
    })
    ended.catch(failed)
  })
}

/** The rows of a result. Several statements give a list of results, and the rows of the last one are the answer. */
function rowsOf(result: unknown): readonly Readonly<Record<string, unknown>>[] {
  const last: unknown = Array.isArray(result) ? result.at(-1) : result
  const rows: unknown = Reflect.get(Object(last), 'rows')
  return Array.isArray(rows) ? rows : []
}

function watch(lost: AbortController): <T>(work: () => Promise<T>) => Promise<T> {
  return async (work) => {
    try {
      return await work()
    } catch (error) {
      const meaning = translateKnown(error, { operationId: null, inTransaction: true })
      if (isLost(error) || (isConversationStoreError(meaning, 'UNAVAILABLE') && meaning.retryable)) lost.abort(error)
      throw error
    }
  }
}
