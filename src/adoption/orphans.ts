import { createHash } from 'node:crypto'
import { refusal } from '../model/validation/refusal.js'
import type { Conversations, Integrations } from './tables.js'

/** Why a conversation without an account gets none from the integrations. */
export type Unresolved = 'orphan' | 'ambiguous' | 'noAccount' | 'noOaId'

/** What becomes of the conversations that the integrations give no account. */
export type OrphanPolicy =
  /** They are counted and logged, and stay as they are. The default. */
  | { readonly policy: 'report' }
  /**
   * They get an account: one id for all, or what a map or a function gives for them. What it gives null or undefined
   * for stays. On MongoDB the value is written as it is given, so give an `ObjectId` where accounts are known by one.
   */
  | { readonly policy: 'assign'; readonly account: AssignedAccount; readonly classes?: readonly Unresolved[] }
  /**
   * They are moved to the collection or table `conversation_store_quarantine`, each with its reason. `revert` moves
   * them back.
   */
  | { readonly policy: 'quarantine'; readonly classes?: readonly Unresolved[] }
  /**
   * They are deleted, after each was appended to the file `archive` as a line of JSON, and the file was written to the
   * disk. A crash may leave a line twice, or one whose conversation is still there.
   */
  | { readonly policy: 'delete'; readonly confirm: 'DELETE'; readonly archive: string; readonly classes?: readonly Unresolved[] }

export type AssignedAccount =
  | string
  | number
  | Readonly<Record<string, unknown>>
  | ReadonlyMap<string, unknown>
  | ((conversation: { readonly id: string; readonly oaId: string | null }) => unknown)

/** Which classes a policy is for. Default: `orphan` alone. */
export function classesOf(policy: OrphanPolicy): ReadonlySet<Unresolved> {
  return new Set(policy.policy === 'report' ? [] : (policy.classes ?? ['orphan']))
}

/** Throws VALIDATION_FAILED for a policy that deletes without being confirmed. */
export function requireConfirmed(policy: OrphanPolicy): OrphanPolicy {
  if (!['report', 'assign', 'quarantine', 'delete'].includes(policy.policy))
    throw refusal(['orphans', 'policy'], 'must be report, assign, quarantine or delete')
  if (policy.policy !== 'delete') return policy
  if (policy.confirm !== 'DELETE') throw refusal(['orphans', 'confirm'], "must be 'DELETE', because the orphans are deleted")
  if (typeof policy.archive !== 'string' || policy.archive === '')
    throw refusal(['orphans', 'archive'], 'must be the path of the file that keeps what is deleted')
  return policy
}

/**
 * The account that a policy gives to a conversation. Null if it gives none. A plain object is a map by `oaId`, unless
 * it is a value of BSON, such as an `ObjectId`.
 */
export function assignedAccount(account: AssignedAccount, conversation: { readonly id: string; readonly oaId: string | null }): unknown {
  if (typeof account === 'function') return account(conversation) ?? null
  const { oaId } = conversation
  if (account instanceof Map) return (oaId === null ? null : account.get(oaId)) ?? null
  if (typeof account !== 'object' || '_bsontype' in account) return account
  return oaId !== null && Object.hasOwn(account, oaId) ? (Reflect.get(account, oaId) ?? null) : null
}

/**
 * A text that is another one where a backfill works on rows in another way: by other columns, or with another policy.
 * It tells functions apart by what is written in them.
 */
export function taskOf(conversations: Conversations, integrations: Integrations, policy: OrphanPolicy = { policy: 'report' }): string {
  const account = policy.policy !== 'assign' ? null : policy.account
  const given = account instanceof Map ? [...account] : typeof account === 'function' ? String(account) : account
  const task = JSON.stringify([conversations, integrations, policy.policy, [...classesOf(policy)].sort(), given], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  return createHash('sha256').update(task).digest('hex')
}
