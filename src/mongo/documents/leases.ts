import { compositeKey } from '../../model/composite-key.js'
import type { LeaseName, LeaseState } from '../../store/adapter.js'
import type { LeaseClaim } from '../../store/lease-claim.js'
import type { Doc } from '../driver.js'
import { heldBy } from '../lease-statements.js'
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
  return { ...leaseFilter(accountId, lease), ...heldBy(lease.token) }
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
