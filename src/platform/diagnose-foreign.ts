import type { Diagnosis } from '../migrator/databases.js'

/** Unique indexes on the store's tables or collections that the store did not make. */
export function diagnoseForeign(foreign: readonly string[]): Diagnosis {
  const check = 'unique indexes'
  if (foreign.length === 0) return { check, state: 'ok', found: 'the store’s tables have no others than the store’s' }
  return { check, state: 'problem', found: `not the store’s, and in the way of its writes: ${foreign.join('; ')}; drop them` }
}
