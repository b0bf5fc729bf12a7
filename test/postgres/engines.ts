import { onPglite, onServer, type ScratchSchema } from './scratch-schema.js'

/** The ways to run a store on PostgreSQL. The same tests hold on all of them. */
export const engines: readonly (readonly [string, () => Promise<ScratchSchema>])[] = [
  ['PGlite', onPglite],
  ['PostgreSQL', onServer],
  ['PostgreSQL, unnamed statements', () => onServer({ preparedStatements: false })],
  ['hash-partitioned PostgreSQL', () => onServer({ partitions: 8 })],
]
