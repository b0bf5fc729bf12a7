import { randomUUID } from 'node:crypto'
import type { Ledger } from '../../migrator/kernel/ledger.js'
import type { LeaseHolder, LeaseTable } from '../../store/lease.js'
import type { Doc, MongoCollection } from '../driver.js'
import { heldFor, takeIfFree } from '../lease-statements.js'
import { serverCode } from '../translate-error.js'
import { upserted } from '../upserted.js'
import { batchId, heldWith, holderFields, leaseId, ledgerFields, ledgerId, toHolder, toLedger } from './ledger.js'

/** The only lease of a ledger, as someone who wants to hold it sees it. It is the same lease for every key. */
export interface LedgerLease extends LeaseTable {
  /**
   * The ledger as it was when the lease was acquired. The same command read it, and only the holder writes it, so it is
   * still current.
   */
  ledgerAtAcquisition(): Ledger | null
}

const maxTimeExpired = 50

/** `endSession` ends what the holder before has left open in its session. */
export function ledgerLease(ledger: MongoCollection, endSession: (id: unknown) => Promise<void>): LedgerLease {
  // Distinguishes our own acquisition from another one in the same process.
  const claim = randomUUID()
  let acquired: Ledger | null = null
  return {
    ledgerAtAcquisition: () => acquired,
    async acquire(_key, holder, ttlMs) {
      for (let above = 0; ; ) {
        const lease = await claimOnce(ledger, { claim, holder, ttlMs, above })
        const heldBy = toHolder(lease)
        if (lease.claim !== claim && heldBy !== null) return { heldBy }
        const token = Number(lease.token)
        if (lease.session !== undefined) await endSession(lease.session)
        const fenced = await raiseFence(ledger, token, { maxTimeMS: Math.ceil(ttlMs / 3) }).catch((error: unknown) => {
          if (serverCode(error) === maxTimeExpired) return null
          throw error
        })
        if (fenced === null) {
          await letGo(ledger, token)
          return { heldBy: { holder: openBatch, since: lease.since as Date, expiresInMs: ttlMs } }
        }
        // A higher token means that another runner took over before we raised the fence. We then claim again, above
        // that token.
        above = Number(fenced.token)
        if (above !== token) continue
        acquired = toLedger(fenced)
        if (await noBatchIsOpen(ledger, acquired, ttlMs)) return { token }
        await letGo(ledger, token)
        return { heldBy: { holder: openBatch, since: lease.since as Date, expiresInMs: ttlMs } }
      }
    },
    async renew(_key, token, ttlMs) {
      const times = { ...heldFor(ttlMs), heartbeat_at: '$$NOW' }
      return (await ledger.updateOne(heldWith(token), [{ $set: times }])).matchedCount > 0
    },
    release: (_key, token) => letGo(ledger, token),
  }
}

/** The holder that is told while the server still keeps the transaction of a runner that was killed in a batch. */
export const openBatch = 'a runner that is gone, whose last batch is still open'

/**
 * Whether no batch of a former runner is still open. What it has written would make every batch of this runner fail
 * until the server ends its transaction. Only a migration that was begun and not ended can have left one.
 */
async function noBatchIsOpen(ledger: MongoCollection, { entries }: Ledger, ttlMs: number): Promise<boolean> {
  if (entries.every(({ state }) => state === 'applied' || state === 'reverted')) return true
  try {
    await ledger.updateOne({ _id: batchId }, { $inc: { runs: 1 } }, { maxTimeMS: Math.ceil(ttlMs / 3) })
    return true
  } catch (error) {
    if (serverCode(error) === maxTimeExpired) return false
    throw error
  }
}

const holding = ['holder', 'claim', 'since', 'expires_at', 'heartbeat_at', 'session']

export async function readHolder(ledger: MongoCollection): Promise<LeaseHolder | null> {
  return toHolder(await ledger.findOne({ _id: leaseId }, { projection: holderFields }))
}

/**
 * Takes the lease from whoever holds it. That holder's next write to the ledger then matches nothing, and fails with
 * LEASE_LOST, and what it has left open in a batch is ended.
 */
export async function breakLease(ledger: MongoCollection, endSession: (id: unknown) => Promise<void>): Promise<LeaseHolder | null> {
  const rise = [{ $set: { token: { $add: ['$token', 1] } } }, { $unset: holding }]
  const before = await ledger.findOneAndUpdate({ _id: leaseId, holder: { $exists: true } }, rise, {
    returnDocument: 'before',
    projection: { ...holderFields, token: 1, session: 1 },
  })
  if (before?.session !== undefined) await endSession(before.session)
  if (before !== null) await raiseFence(ledger, Number(before.token) + 1)
  return toHolder(before)
}

/**
 * Releases the lease in one command. The fence is raised to the token that the next holder gets, so that none of this
 * holder's writes that are still on their way is applied.
 */
async function letGo(ledger: MongoCollection, token: number): Promise<void> {
  await ledger.bulkWrite([
    { updateOne: { filter: { _id: ledgerId, token }, update: { $set: { token: token + 1 } } } },
    { updateOne: { filter: heldWith(token), update: [{ $unset: holding }] } },
  ])
}

/**
 * From here on, writes with a lower token match nothing. If a batch has written already and is not committed, this
 * waits for it.
 */
function raiseFence(ledger: MongoCollection, token: number, options: object = {}): Promise<Doc> {
  const rise = [{ $set: { token: { $max: ['$token', token] } } }]
  return upserted(() =>
    ledger.findOneAndUpdate({ _id: ledgerId }, rise, { ...options, upsert: true, returnDocument: 'after', projection: ledgerFields }),
  )
}

interface Claim {
  readonly claim: string
  readonly holder: string
  readonly ttlMs: number
  /** A fence that was found in the ledger. The new token must be above it. */
  readonly above: number
}

function claimOnce(ledger: MongoCollection, { claim, holder, ttlMs, above }: Claim): Promise<Doc> {
  const unless = { $eq: ['$claim', claim] }
  const taken = takeIfFree({ holder, ttlMs, above, unless, mark: { claim, heartbeat_at: '$$NOW' } })
  const projection = { ...holderFields, token: 1, claim: 1, session: 1 }
  return upserted(() => ledger.findOneAndUpdate({ _id: leaseId }, [taken], { upsert: true, returnDocument: 'after', projection }))
}
