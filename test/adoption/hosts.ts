import type { LegacyHost } from './legacy-host.js'
import { mongoHost } from './mongo-host.js'
import { pgliteHost, postgresHost } from './postgres-host.js'

/** The ways to run a host's database. The same tests hold on all of them. */
export const hosts: readonly (readonly [string, () => Promise<LegacyHost>])[] = [
  ['MongoDB', mongoHost],
  ['PostgreSQL', postgresHost],
  ['PGlite', pgliteHost],
]
