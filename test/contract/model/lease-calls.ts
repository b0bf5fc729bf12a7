import { longestLeaseMs } from '../../../src/model/limits.js'
import type { AccountConversations } from '../../../src/store/account-conversations.js'
import { collect } from './collect.js'
import type { Call } from './operation.js'
import { timeless } from './stored-state.js'

type LeaseCall = Extract<Call, { readonly verb: `${string}lease${string}` }>

/** A lease lasts for longer than a run, because databases time leases by their own clocks. */
export function sendLease(to: AccountConversations, given: LeaseCall, oaId: (inbox: number) => string): PromiseLike<unknown> {
  const name = (inbox: number) => ({ kind: 'sync', key: oaId(inbox) })
  switch (given.verb) {
    case 'acquire lease':
      return to.acquireLease({ ...name(given.inbox), holder: given.holder, ttlMs: longestLeaseMs }).then(timeless)
    case 'renew lease':
      return to.renewLease({ ...name(given.inbox), token: given.token, ttlMs: longestLeaseMs }).then(timeless)
    case 'release lease':
      return to.releaseLease({ ...name(given.inbox), token: given.token })
    case 'leases':
      return collect(to.listLeases({ limit: given.limit, ...(given.kind !== undefined && { kind: given.kind }) })).then(timeless)
  }
}
