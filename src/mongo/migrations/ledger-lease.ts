import { randomUUID } from 'node:crypto'
import type { Ledger } from '../../migrator/ledger.js'
import type { LeaseHolder, LeaseTable } from '../../store/lease.js'
import type { Doc, MongoCollection } from '../driver.js'
import { pause } from '../transaction.js'
import { isDuplicateKey } from '../translate-error.js'
import { holderFields, ledgerFields, ledgerId, toHolder, toLedger } from './ledger-document.js'

/** The one lease of a ledger, whatever key it is asked for by, for one who wants to hold it. */
export interface LedgerLease extends LeaseTable {
  /** The ledger as it was when the lease was acquired: the same command read it, and only the holder writes it. */
  ledgerAtAcquisition(): Ledger | null
}

const attempts = 20

export function ledgerLease(ledger: MongoCollection): LedgerLease {
  // Tells our own acquisition from another's of the same process, and from our own whose reply was lost.
  const claim = randomUUID()
  let acquired: Ledger | null = null
  return {
    ledgerAtAcquisition: () => acquired,
    async acquire(_key, holder, ttlMs) {
      const after = await claimOnce(ledger, claim, holder, ttlMs)
      const heldBy = toHolder(after)
      if (after.claim !== claim && heldBy !== null) return { heldBy }
      acquired = toLedger(after)
      return { token: Number(after.token) }
    },
    async renew(_key, token, ttlMs) {
      const times = { expires_at: { $add: ['$$NOW', ttlMs] }, heartbeat_at: '$$NOW' }
      return (await ledger.updateOne(heldWith(token), [{ $set: times }])).matchedCount > 0
    },
    async release(_key, token) {
      await ledger.updateOne(heldWith(token), [{ $unset: leaseFields }])
    },
    read: () => readHolder(ledger),
  }
}

const leaseFields = ['holder', 'claim', 'since', 'expires_at', 'heartbeat_at']

/** What each statement of a holder asks for. The token alone would still fit after a release. */
export function heldWith(token: number): Doc {
  return { _id: ledgerId, token, holder: { $exists: true } }
}

export async function readHolder(ledger: MongoCollection): Promise<LeaseHolder | null> {
  return toHolder(await ledger.findOne({ _id: ledgerId }, { projection: holderFields }))
}

/** Takes the lease from whoever has it: the token rises, so that the next write with the old one meets nothing. */
export async function breakLease(ledger: MongoCollection): Promise<LeaseHolder | null> {
  const rise = [{ $set: { token: { $add: ['$token', 1] } } }, { $unset: leaseFields }]
  return toHolder(
    await ledger.findOneAndUpdate({ _id: ledgerId, holder: { $exists: true } }, rise, {
      returnDocument: 'before',
      projection: holderFields,
    }),
  )
}

async function claimOnce(ledger: MongoCollection, claim: string, holder: string, ttlMs: number): Promise<Doc> {
  // Also free where it was never held: a field that is missing is less than any time.
  const free = { $lte: ['$expires_at', '$$NOW'] }
  const set = Object.entries({
    token: { $add: [{ $ifNull: ['$token', 0] }, 1] },
    holder: { $literal: holder },
    claim,
    since: '$$NOW',
    heartbeat_at: '$$NOW',
    expires_at: { $add: ['$$NOW', ttlMs] },
  }).map(([field, value]) => [field, { $cond: [free, value, `$${field}`] }])
  for (let attempt = 1; ; attempt++) {
    try {
      const after = await ledger.findOneAndUpdate({ _id: ledgerId }, [{ $set: Object.fromEntries(set) }], {
        upsert: true,
        returnDocument: 'after',
        projection: ledgerFields,
      })
      return after ?? {}
    } catch (error) {
      // Two made the document at once: one of them finds it now.
      if (!isDuplicateKey(error) || attempt === attempts) throw error
    }
    await pause(attempt)
  }
}
