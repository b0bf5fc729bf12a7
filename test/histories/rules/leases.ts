import type { Operation } from '../history.js'
import type { Violation, World } from '../world.js'
import { type Grant, type GrantRules, grantRules } from './grants.js'

const rules: GrantRules = {
  once: 'a token is given once',
  rise: 'the tokens of a lease rise',
  oneHolder: 'a lease has one holder',
  isEnd: ({ of, token }, call) =>
    (call.method === 'releaseLease' || call.method === 'renewLease') && leaseOf(call) === of && call.input.token === token,
}

/** A lease has one holder at a time, and each of its tokens is above all that were given before. */
export function leaseRules({ operations }: World): readonly Violation[] {
  const acquired = operations.flatMap((call): readonly Grant[] =>
    call.method === 'acquireLease' && call.outcome === 'ok' && call.result.acquired
      ? [{ call, of: leaseOf(call), token: call.result.lease.token, ttlMs: call.input.ttlMs }]
      : [],
  )
  return grantRules(acquired, operations, rules)
}

function leaseOf({ accountId, input }: Operation<'acquireLease' | 'renewLease' | 'releaseLease'>): string {
  return `${input.key} of ${accountId}`
}
