import { grouped } from '../grouped.js'
import type { Operation } from '../history.js'
import type { Violation, World } from '../world.js'

/** A lease has one holder at a time, and each of its tokens is above all that were given before. */
export function leaseRules({ operations }: World): readonly Violation[] {
  const acquired = operations.flatMap((each) =>
    each.method === 'acquireLease' && each.outcome === 'ok' && each.result.acquired ? [{ call: each, token: each.result.lease.token }] : [],
  )
  return [...grouped(acquired, ({ call }) => `${call.accountId} ${call.input.key}`).values()].flatMap((same) =>
    same.flatMap((second, index) =>
      same.slice(0, index).flatMap((first) => [...tokenRules(first, second), ...oneHolder(first, second, operations)]),
    ),
  )
}

interface Acquired {
  readonly call: Operation<'acquireLease'>
  readonly token: number
}

function tokenRules(first: Acquired, second: Acquired): readonly Violation[] {
  const witness = [first.call, second.call]
  if (first.token === second.token) return [{ rule: 'a token is given once', told: `${first.token} was given twice`, witness }]
  const isLater = first.call.endedAt < second.call.invokedAt
  if (!isLater || second.token > first.token) return []
  return [{ rule: 'the tokens of a lease rise', told: `${second.token} came after ${first.token}`, witness }]
}

function oneHolder(first: Acquired, second: Acquired, operations: readonly Operation[]): readonly Violation[] {
  const { accountId, input, invokedAt, endedAt } = first.call
  const isWithin = second.call.invokedAt > endedAt && second.call.endedAt < invokedAt + input.ttlMs * 1000
  // A release frees the lease, and a renewal may make it shorter.
  const isEnded = operations.some(
    (each) =>
      (each.method === 'releaseLease' || each.method === 'renewLease') &&
      each.outcome !== 'failed' &&
      each.accountId === accountId &&
      each.input.key === input.key &&
      each.input.token === first.token &&
      each.invokedAt < second.call.endedAt,
  )
  if (!isWithin || isEnded) return []
  const told = `${input.key} was acquired while another one held it`
  return [{ rule: 'a lease has one holder', told, witness: [first.call, second.call] }]
}
