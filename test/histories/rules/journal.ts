import type { Operation } from '../history.js'
import type { Violation, World } from '../world.js'
import { type Grant, type GrantRules, grantRules } from './grants.js'

const rules: GrantRules = {
  once: 'a claim on a body is given once',
  rise: 'the tokens of a body rise',
  oneHolder: 'a body is worked on by one at a time',
  isEnd: ({ of, token }, call) =>
    (call.method === 'settleWebhook' || call.method === 'renewWebhook') &&
    bodyOf(call.accountId, call.input.id) === of &&
    call.input.token === token,
}
const settledByLast = 'a body is settled by who took it up last'

/** A kept body has one claim at a time, each with a higher token, and only who took it up last settles it. */
export function journalRules({ operations }: World): readonly Violation[] {
  const claims = operations.flatMap(claimsOf)
  return [...grantRules(claims, operations, rules), ...operations.flatMap((each) => lateSettling(each, claims))]
}

function claimsOf(call: Operation): readonly Grant[] {
  if (call.outcome !== 'ok' || (call.method !== 'keepWebhook' && call.method !== 'takeWebhooks')) return []
  const taken = call.method === 'keepWebhook' ? [call.result] : call.result
  return taken.map(({ id, token }) => ({ call, of: bodyOf(call.accountId, id), token, ttlMs: call.input.claimMs }))
}

function lateSettling(call: Operation, claims: readonly Grant[]): readonly Violation[] {
  if (call.method !== 'settleWebhook' || call.outcome !== 'ok') return []
  const { id, token } = call.input
  const later = claims.find(
    (claim) => claim.of === bodyOf(call.accountId, id) && claim.token > token && claim.call.endedAt < call.invokedAt,
  )
  return later === undefined ? [] : [{ rule: settledByLast, told: `${id} was settled with ${token}`, witness: [later.call, call] }]
}

function bodyOf(accountId: string, id: string): string {
  return `${id} of ${accountId}`
}
