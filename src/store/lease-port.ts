import type { AdapterPage } from './adapter-page.js'
import type { Bounded, PageRequest, Scoped, WriteStamp } from './call-stamps.js'
import type { LeaseHolder } from './lease.js'
import type { LeaseClaim, LeaseName } from './lease-claim.js'

export type { LeaseClaim, LeaseName } from './lease-claim.js'

/** A lease as the database has it. Its times are the database's own. */
export interface LeaseState extends LeaseName, LeaseHolder {
  /**
   * Rises with every acquisition of this lease, and is never given again: not after a release, not after the lease ran
   * out, and not after somebody deleted its row.
   */
  readonly token: number
  readonly expiresAt: Date
}

/** What `acquireLease` answers: the caller's own lease, or who has it. The token is its holder's alone. */
export type LeaseAnswer =
  | { readonly acquired: true; readonly lease: LeaseState }
  | { readonly acquired: false; readonly heldBy: Omit<LeaseState, 'token'> }

/** What an adapter's `acquireLease` answers: the lease as it is now, and whether it is the caller's. */
export interface LeaseFound {
  readonly acquired: boolean
  readonly lease: LeaseState
}

export interface AcquireLease extends LeaseName {
  readonly holder: string
  readonly ttlMs: number
}

export interface RenewLease extends LeaseClaim {
  readonly ttlMs: number
}

export type ReleaseLease = LeaseClaim

/** `after` is [kind, key]. `now` is the injected clock's, by which the memory adapter tells what is left. */
export interface ListLeases extends Scoped, PageRequest {
  readonly kind: string | null
  readonly now: Date | null
}

/** A lease of the list of all accounts. */
export interface AccountLease extends LeaseState {
  readonly accountId: string
}

/** Names no account. `after` is [accountId, kind, key]. */
export interface ListAllLeases extends Bounded, PageRequest {
  readonly kind: string | null
  readonly signal: AbortSignal | null
  readonly now: Date | null
}

/** Names no account, and stands under no lease. */
export interface ReleaseExpiredLeases extends Omit<WriteStamp, 'accountId' | 'lease'> {
  readonly kind: string
}

/** The operations of leases. Every one is a single statement, or on MongoDB at most two commands. */
export interface LeaseOperations {
  /** Timed by the database's clock, whatever the stamp's `now` is. A call that is sent again has what it acquired. */
  acquireLease(input: WriteStamp & AcquireLease): Promise<LeaseFound>
  /** Null when the lease is no longer this token's. One whose time is over and that nobody took is. */
  renewLease(input: WriteStamp & RenewLease): Promise<LeaseState | null>
  releaseLease(input: WriteStamp & ReleaseLease): Promise<void>
  listLeases(input: ListLeases): Promise<AdapterPage<LeaseState>>
  /** The leases of every account, but for the operator's own. */
  listAllLeases(input: ListAllLeases): Promise<AdapterPage<AccountLease>>
  /**
   * Releases the leases of every account, but for the operator's own, whose time is over when the statement comes to
   * them. Returns how many. Their last tokens stay.
   */
  releaseExpiredLeases(input: ReleaseExpiredLeases): Promise<number>
}
