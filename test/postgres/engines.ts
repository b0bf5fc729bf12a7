import { onPglite, onServer, type ScratchSchema } from './scratch-schema.js'

/** The ways to have a store on PostgreSQL, on which the same is true. */
export const engines: readonly (readonly [string, () => Promise<ScratchSchema>])[] = [
  ['PGlite', onPglite],
  ['PostgreSQL', onServer],
  ['PostgreSQL, unnamed statements', () => onServer({ preparedStatements: false })],
  ['hash-partitioned PostgreSQL', () => onServer({ partitions: 8 })],
]
