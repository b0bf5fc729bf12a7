/** What a test gets from `inject('postgres')` and its like: where the server is, or why there is none. */
export type ProvidedServer = { readonly url: string; readonly version: string } | { readonly url: null; readonly reason: string }

export interface ProvidedServers {
  /** The newest PostgreSQL. */
  readonly postgres: ProvidedServer
  /** The oldest one; in the stress run only. */
  readonly postgres12: ProvidedServer
  /** A transaction-mode PgBouncer in front of `postgres`, leading to the same databases. */
  readonly pgbouncer: ProvidedServer
  readonly mongoReplicaSet: ProvidedServer
  readonly mongoStandalone: ProvidedServer
}

declare module 'vitest' {
  interface ProvidedContext extends ProvidedServers {}
}
