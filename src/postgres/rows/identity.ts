import type { IdentityMark } from '../../model/planning/rows.js'
import type { PostgresContext } from '../context.js'
import { type Fragment, sql } from '../sql.js'

/** What is stored of one of a person's ids. Its times are milliseconds, and what it lacks is null. */
export interface StoredMark {
  readonly id: string
  readonly kind: string | null
  readonly former_since: number | null
  readonly since?: number
  readonly moved_at?: number
  readonly disputed_since?: number
  readonly operation_id?: string
}

export function toMark({ id, kind, former_since, since, moved_at, disputed_since, operation_id }: StoredMark): IdentityMark {
  return {
    id,
    kind,
    since: timeOf(since),
    movedAt: timeOf(moved_at),
    formerSince: timeOf(former_since),
    disputedSince: timeOf(disputed_since),
    operationId: operation_id ?? null,
  }
}

function timeOf(milliseconds: number | null | undefined): Date | null {
  return milliseconds == null ? null : new Date(milliseconds)
}

/**
 * The ids of the customer of the conversation `c`, as a column of a statement that only reads. It is null for a
 * customer of one id, whose contact inbox is not looked at.
 */
export function identitiesRead({ tables }: PostgresContext, accountId: string, c: Fragment): Fragment {
  return sql`case when ${c}.is_linked then (select h.identities from ${tables.contact_inboxes} h
    where h.account_id = ${accountId} and h.id = ${c}.contact_inbox_id) end as identities`
}

/**
 * The same for a statement that writes the conversation. It may have waited for a call that linked ids, and only a
 * function sees what that call committed.
 */
export function identitiesWritten({ fn }: PostgresContext, accountId: string, c: Fragment): Fragment {
  return sql`case when ${c}.is_linked then ${fn('identities_of')}(${accountId}, ${c}.contact_inbox_id) end as identities`
}
