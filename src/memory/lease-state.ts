import type { LeaseState } from '../store/adapter.js'
import type { LeaseRow } from './lease-table.js'

/** The time by which leases end: that of the injected clock, because memory has no other one than this process's. */
export function leaseNow({ now }: { readonly now: Date | null }): Date {
  return new Date(now ?? Date.now())
}

export function leaseState({ kind, key, holder, token, since, expiresAt }: LeaseRow, now: Date): LeaseState {
  const expiresInMs = expiresAt.getTime() - now.getTime()
  return { kind, key, holder, token, since: new Date(since), expiresAt: new Date(expiresAt), expiresInMs }
}
