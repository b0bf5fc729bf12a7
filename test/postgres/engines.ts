import { onPglite, onServer, type ScratchSchema } from './scratch-schema.js'

type Engine = readonly [string, () => Promise<ScratchSchema>]

/** The ways to run a store on PostgreSQL. The same tests hold on all of them. */
export const engines: readonly Engine[] = [
  ['PGlite', onPglite],
  ['PostgreSQL', onServer],
  ['PostgreSQL, unnamed statements', () => onServer({ preparedStatements: false })],
  ['hash-partitioned PostgreSQL', () => onServer({ partitions: 8 })],
]

/**
 * The ways that matter to the text of a SQL function. Neither the server's other layout nor how the driver sends a call
 * changes what a function does.
 */
export const functionEngines: readonly Engine[] = engines.filter(([name]) => name === 'PGlite' || name === 'hash-partitioned PostgreSQL')
