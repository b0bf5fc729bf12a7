import { changes, type PlantedBug } from './plant.js'

/** A bug, and the guard that finds it. */
export type Bug<Guards> = readonly [what: string, caughtBy: keyof Guards, bug: PlantedBug]

const inForce = 'migrator/kernel/indexes-in-force.ts'

export const firstWins = changes(inForce, 'inForce.set(id, index)', 'if (!inForce.has(id)) inForce.set(id, index)')
export const retiredIsDeclared = changes(inForce, 'for (const id of drops) inForce.delete(id)', '')
export const allAreInForce = changes(inForce, 'inForce.set(id, index)', 'inForce.set(id + inForce.size, index)')
