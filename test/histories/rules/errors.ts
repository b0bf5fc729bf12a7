import type { Violation, World } from '../world.js'

/** Every error of every call is one of the library's. */
export function errorRules({ operations }: World): readonly Violation[] {
  return operations.flatMap((operation) => {
    if (operation.outcome === 'ok' || operation.error === null || operation.error.code !== null) return []
    return [{ rule: "every error is the library's", told: operation.error.raw ?? 'a raw error', witness: [operation] }]
  })
}
