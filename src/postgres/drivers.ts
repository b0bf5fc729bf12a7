import { refusal } from '../model/validation/refusal.js'

/**
 * A query as the store gives it to `pg`. The interfaces in this file describe the parts of the host's driver that the
 * store uses. They match by shape, and nothing here imports a driver. `pg` 8.11 and newer and PGlite 0.5 and newer fit.
 */
export interface PgQuery {
  readonly text: string
  readonly values: unknown[]
  readonly name?: string
  readonly types?: { getTypeParser(): (text: string) => string }
}
interface QueryRows {
  readonly rows: readonly unknown[]
}

/** A `pg` Client, or a client that a Pool lent. */
export interface PgClient {
  query(query: PgQuery): Promise<QueryRows>
  on(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
}
/** A client that a `pg` Pool lent. */
export interface PgPoolClient extends PgClient {
  release(destroy?: boolean): void
}

/** A `pg` Pool. */
export interface PgPool {
  connect(callback: (error: Error | undefined, client: PgPoolClient | undefined) => void): unknown
  readonly totalCount: number
}

interface PgliteQueryOptions {
  readonly parsers: Record<number, (text: string) => string>
  readonly serializers: Record<number, (value: unknown) => string>
}
/** What PGlite's `transaction()` hands to its callback. */
export interface PgliteTransaction {
  query(text: string, values?: unknown[], options?: PgliteQueryOptions): Promise<QueryRows>
  exec(text: string): Promise<unknown>
}
/** A PGlite instance. */
export interface Pglite extends PgliteTransaction {
  transaction<T>(work: (transaction: PgliteTransaction) => Promise<T>): Promise<T>
  syncToFs?(): Promise<void>
}

/** A driver that the store can be opened with. */
export type PostgresDriver = PgPool | PgClient | Pglite

export function isPglite(driver: unknown): driver is Pglite {
  return isPgliteTransaction(driver) && hasMethod(driver, 'transaction')
}

export function isPgliteTransaction(driver: unknown): driver is PgliteTransaction {
  return hasMethod(driver, 'query') && hasMethod(driver, 'exec')
}

export function isPgPool(driver: unknown): driver is PgPool {
  return hasMethod(driver, 'connect') && typeof Reflect.get(driver, 'totalCount') === 'number'
}

export function isPgClient(driver: unknown): driver is PgClient {
  return hasMethod(driver, 'query') && hasMethod(driver, 'on') && !isPgPool(driver) && !isPgliteTransaction(driver)
}

/** Throws VALIDATION_FAILED for a client that nobody has connected: it would keep a query for ever, without a word. */
export function requireConnected(client: PgClient): PgClient {
  const isNew = Reflect.get(client, '_connected') === false && Reflect.get(client, '_connecting') === false
  if (isNew) throw refusal(['pool'], 'must be a connected pg Client: call client.connect() first')
  return client
}

function hasMethod(driver: unknown, method: string): driver is object {
  return typeof driver === 'object' && driver !== null && typeof Reflect.get(driver, method) === 'function'
}
