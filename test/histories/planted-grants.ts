import type { Operation } from './history.js'
import { type Draft, first, type PlantedViolation } from './planted-violation.js'

type Call = Draft<Operation>

/** Leases and claims on kept bodies that are given as they never should be. */
export const plantedGrants: readonly PlantedViolation[] = [
  { rule: 'a token is given once', plant: ({ operations }) => again(operations, (token) => token) },
  { rule: 'the tokens of a lease rise', plant: ({ operations }) => again(operations, (token) => token - 0.5) },
  { rule: 'a lease has one holder', plant: ({ operations }) => again(operations, (token) => token + 0.5) },
  { rule: 'a claim on a body is given once', plant: ({ operations }) => takenAgain(operations, (token) => token) },
  { rule: 'the tokens of a body rise', plant: ({ operations }) => takenAgain(operations, (token) => token - 0.5) },
  { rule: 'a body is worked on by one at a time', plant: ({ operations }) => takenAgain(operations, (token) => token + 0.5) },
  {
    rule: 'a body is settled by who took it up last',
    plant({ operations }) {
      const call = first(operations.flatMap((each) => (each.method === 'settleWebhook' && each.outcome === 'ok' ? [each] : [])))
      call.input.token -= 0.5
    },
  },
]

/** Lets a lease that was given for long be acquired again, right after that. */
function again(operations: Call[], tokenOf: (token: number) => number): void {
  const acquiring = (each: Call) => (each.method === 'acquireLease' && each.outcome === 'ok' && each.result.acquired ? [each] : [])
  const acquired = first(operations.flatMap(acquiring), ({ input }) => input.ttlMs === 60_000)
  const at = acquired.endedAt + 0.5
  const copy = structuredClone({ ...acquired, op: 'p9.1', invokedAt: at, endedAt: at })
  if (copy.outcome === 'ok' && copy.result.acquired) copy.result.lease.token = tokenOf(copy.result.lease.token)
  operations.splice(operations.indexOf(acquired) + 1, 0, copy)
}

/** Lets a body that was kept for long be kept again, right after that. */
function takenAgain(operations: Call[], tokenOf: (token: number) => number): void {
  const keeping = (each: Call) => (each.method === 'keepWebhook' && each.outcome === 'ok' ? [each] : [])
  const kept = first(operations.flatMap(keeping), ({ input }) => input.claimMs === 60_000)
  const at = kept.endedAt + 0.5
  const copy = structuredClone({ ...kept, op: 'p9.1', invokedAt: at, endedAt: at })
  if (copy.outcome === 'ok') copy.result.token = tokenOf(copy.result.token)
  operations.splice(operations.indexOf(kept) + 1, 0, copy)
}
