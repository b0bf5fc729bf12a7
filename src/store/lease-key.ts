import type { LeaseName } from './lease-port.js'

/** How an error names a lease. */
export function keyOf({ kind, key }: LeaseName): string {
  return `${kind} ${key}`
}
