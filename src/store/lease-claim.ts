/** Names a lease within its account. */
export interface LeaseName {
  /** What the lease is for, such as `sync`, so that one user of leases does not meet the keys of another. */
  readonly kind: string
  /** What is held, such as an inbox's `oaId`. */
  readonly key: string
}

/** A lease as its holder claims it: the name and the token that `acquireLease` gave. */
export interface LeaseClaim extends LeaseName {
  readonly token: number
}
