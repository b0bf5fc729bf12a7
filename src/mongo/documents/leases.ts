import { compositeKey } from '../../model/composite-key.js'
import type { LeaseName, LeaseState } from '../../store/adapter.js'
import type { LeaseClaim } from '../../store/lease-claim.js'
import type { Doc } from '../driver.js'
import { text, time } from './fields.js'

/**
 * Which document a lease is. It is there from the first acquisition on: a release takes the holder from it and leaves
 * the token. The document of its last token has the same key.
 */
export function leaseFilter(accountId: string, { kind, key }: LeaseName): Doc {
  return { _id: compositeKey(accountId, kind, key), accountId }
}

/** Finds the document of a lease as long as it is this token's. */
export function heldFilter(accountId: string, lease: LeaseClaim): Doc {
  return { ...leaseFilter(accountId, lease), token: lease.token, holder: { $exists: true } }
}

/** The fields of a lease, with the time that is left by the server's clock. */
export const leaseFields = {
  kind: 1,
  key: 1,
  holder: 1,
  token: 1,
  operation_id: 1,
  since: 1,
  expires_at: 1,
  expires_in_ms: { $subtract: ['$expires_at', '$$NOW'] },
} as const

/** The fields that a lease has only while it is held, or since its time is over and nobody has released it. */
export const heldFields = ['holder', 'operation_id', 'since', 'expires_at']

/**
 * The fields that a lease gets if it is free, as the condition says, and otherwise has already. One command can so take
 * a lease or tell who has it, whoever else does the same at that moment.
 */
export function takenIf(free: Doc, fields: Doc): Doc {
  return Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, { $cond: [free, value, `$${field}`] }]))
}

export function lease(doc: Doc): LeaseState {
  return {
    kind: text(doc.kind),
    key: text(doc.key),
    holder: text(doc.holder),
    token: Number(doc.token),
    since: time(doc.since),
    expiresAt: time(doc.expires_at),
    expiresInMs: Number(doc.expires_in_ms),
  }
}
