import type { LinkedIdentities } from '../../store/adapter.js'

/** An id of a customer as the functions return it. Its times are milliseconds. */
export interface StoredIdentity {
  readonly id: string
  readonly kind: string | null
  readonly former_since: number | null
}

export function toIdentity({ id, kind, former_since }: StoredIdentity): LinkedIdentities['identities'][number] {
  return { id, kind, formerSince: former_since === null ? null : new Date(former_since) }
}
