/** What `inject('postgres')` and the like give to a test: where the server is, or why there is none. */
export type ProvidedServer = { readonly url: string; readonly version: string } | { readonly url: null; readonly reason: string }

export interface ProvidedServers {
  /** The newest PostgreSQL. */
  readonly postgres: ProvidedServer
  /** The oldest PostgreSQL, in the stress run only. */
  readonly postgres12: ProvidedServer
  /** A PgBouncer in transaction mode in front of `postgres`. It leads to the same databases. */
  readonly pgbouncer: ProvidedServer
  readonly mongoReplicaSet: ProvidedServer
  readonly mongoStandalone: ProvidedServer
}

declare module 'vitest' {
  interface ProvidedContext extends ProvidedServers {}
}
