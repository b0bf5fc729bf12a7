import { createHash } from 'node:crypto'
import { functionsOf } from '../functions/functions.js'
import type { Names } from '../names.js'
import { expectedTables } from './expected-tables.js'
import { storeIndexes } from './indexes.js'

/** The objects that a store's database must have: each in the words of catalog.ts, with its definition. */
export function expectedObjects(names: Names): readonly (readonly [object: string, definition: string])[] {
  return [...Object.entries(expectedTables), ...expectedIndexes(), ...expectedFunctions(names)]
}

export function expectedIndexes(): readonly (readonly [string, string])[] {
  return storeIndexes.map(({ table, name, columns, unique, where }) => [
    `index ${name}`,
    `${unique ? 'unique ' : ''}on ${table} (${columns})${where === undefined ? '' : ` where (${where})`}`,
  ])
}

/**
 * The functions contain the names of the tables, so each store's expected functions are those of its own migrations.
 */
function expectedFunctions(names: Names): readonly (readonly [string, string])[] {
  return functionsOf(names).map(({ name, body }) => [`function ${name}`, createHash('sha256').update(body).digest('hex')])
}
