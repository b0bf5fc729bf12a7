import type { World } from './world.js'

/** A clause, and how to make a sound history violate it. */
export interface PlantedViolation {
  readonly rule: string
  plant(world: Draft<World>): void
}

/** A copy that may be changed. */
export type Draft<T> = T extends Date ? T : T extends object ? { -readonly [K in keyof T]: Draft<T[K]> } : T

/** The first value of which `is` is true. Throws when the history has none. */
export function first<T>(values: readonly T[], is: (value: T) => boolean = () => true): T {
  const value = values.find(is)
  if (value === undefined) throw new Error('the history has nothing to change')
  return value
}
