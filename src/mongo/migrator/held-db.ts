import type { MongoDb } from '../driver.js'

/**
 * The database for the code of a migration. Each call of it and of its collections throws LEASE_LOST once the lease is
 * known to be lost: a process that was stopped and went on must not write beside the runner that took over. What is on
 * its way by then is not called back.
 */
export function heldDb(db: MongoDb, requireHeld: () => void): MongoDb {
  const held = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(_, property) {
        const value: unknown = Reflect.get(target, property, target)
        if (typeof value !== 'function' || typeof property === 'symbol') return value
        return (...args: unknown[]) => {
          requireHeld()
          const result: unknown = value.apply(target, args)
          return property === 'collection' && typeof result === 'object' && result !== null ? held(result) : result
        }
      },
    })
  return held(db)
}
