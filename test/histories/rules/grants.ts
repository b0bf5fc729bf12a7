import { grouped } from '../grouped.js'
import type { Operation } from '../history.js'
import type { Violation } from '../world.js'

/** Something that was given to one holder for a time, with a token: a lease, or the claim on a kept body. */
export interface Grant {
  readonly call: Operation
  /** What was given, of which account. */
  readonly of: string
  readonly token: number
  readonly ttlMs: number
}

export interface GrantRules {
  readonly once: string
  readonly rise: string
  readonly oneHolder: string
  /** Whether a call ends a grant, or may make it shorter. */
  isEnd(grant: Grant, call: Operation): boolean
}

/** One holder has it at a time, and each token is above all that were given before. */
export function grantRules(grants: readonly Grant[], operations: readonly Operation[], rules: GrantRules): readonly Violation[] {
  return [...grouped(grants, ({ of }) => of).values()].flatMap((same) =>
    same.flatMap((second, index) =>
      same.slice(0, index).flatMap((first) => [...tokenRules(first, second, rules), ...oneHolder(first, second, operations, rules)]),
    ),
  )
}

function tokenRules(first: Grant, second: Grant, { once, rise }: GrantRules): readonly Violation[] {
  const witness = [first.call, second.call]
  if (first.token === second.token) return [{ rule: once, told: `${first.token} was given twice`, witness }]
  const isLater = first.call.endedAt < second.call.invokedAt
  if (!isLater || second.token > first.token) return []
  return [{ rule: rise, told: `${second.token} came after ${first.token}`, witness }]
}

function oneHolder(
  first: Grant,
  second: Grant,
  operations: readonly Operation[],
  { oneHolder: rule, isEnd }: GrantRules,
): readonly Violation[] {
  const { invokedAt, endedAt } = first.call
  const isWithin = second.call.invokedAt > endedAt && second.call.endedAt < invokedAt + first.ttlMs * 1000
  const isEnded = () => operations.some((each) => each.outcome !== 'failed' && isEnd(first, each) && each.invokedAt < second.call.endedAt)
  if (!isWithin || isEnded()) return []
  return [{ rule, told: `${first.of} was given while another one held it`, witness: [first.call, second.call] }]
}
