import type { JsonObject } from '../model/json.js'
import type { AdapterPage } from './adapter-page.js'
import type { Bounded, PageRequest, Scoped, WriteStamp } from './call-stamps.js'

export const keptOutcomes = ['waiting', 'ingested', 'partial', 'ignored', 'invalid', 'failed'] as const
/** What became of a kept body: `waiting` until it was worked on, and `failed` when that could not be done. */
export type KeptOutcome = (typeof keptOutcomes)[number]

/** A body of a webhook that was kept, or the part of it that is one account's, without its content. */
export interface KeptWebhook {
  readonly id: string
  /** Null for what no account had connected when the body came. */
  readonly accountId: string | null
  readonly channel: string
  readonly provider: string | null
  /** The inbox that the route named, or null. */
  readonly oaId: string | null
  /** The inboxes that were the account's when the body came. */
  readonly inboxes: readonly { readonly channel: string; readonly oaId: string }[]
  readonly outcome: KeptOutcome
  /** What the last work on it reported, or why it failed, without anything that somebody wrote. Null before that. */
  readonly report: JsonObject | null
  /** How often it was taken up. */
  readonly attempts: number
  /** Who took it up last. */
  readonly holder: string
  readonly receivedAt: Date
  /** When it was worked on last, to the end. */
  readonly workedAt: Date | null
  /** From when on it may be cleared. */
  readonly expiresAt: Date
}

/** A kept body with its content: JSON, without what is secret in it. */
export interface KeptWebhookBody extends KeptWebhook {
  readonly body: string
}

/** A kept body that the caller is to work on. Its work is settled with the token. */
export interface TakenWebhook extends KeptWebhookBody {
  /** Rises each time that the body is taken up, so that only the last one who took it settles it. */
  readonly token: number
}

export interface KeepWebhook {
  readonly id: string
  readonly channel: string
  readonly provider: string | null
  readonly oaId: string | null
  readonly inboxes: KeptWebhook['inboxes']
  readonly body: string
  readonly retainMs: number
  /** Who works on it first, and for how long nobody else takes it up. The token of that work is 1. */
  readonly holder: string
  readonly claimMs: number
}

export interface TakeWebhooks {
  /** Which bodies, whatever became of them, but for those that somebody works on; null for those whose work is due. */
  readonly ids: readonly string[] | null
  readonly limit: number
  readonly holder: string
  readonly claimMs: number
}

export interface SettleWebhook {
  readonly id: string
  readonly token: number
  readonly outcome: KeptOutcome
  readonly report: JsonObject
  /** In how many milliseconds it is due again: for the outcome `waiting`, and null for all others. */
  readonly retryInMs: number | null
}

export interface RenewWebhook {
  readonly id: string
  readonly token: number
  readonly claimMs: number
}

/** `after` is [receivedAt in ms, id]. The newest comes first. */
export interface ListWebhooks extends Scoped, PageRequest {
  readonly since: Date | null
  readonly channel: string | null
  readonly outcome: KeptOutcome | null
}

export interface ClearedWebhooks {
  readonly cleared: number
  /** Whether there were more of them than the call's `limit`. */
  readonly more: boolean
}

/**
 * Names no account: it asks which accounts have something in the journal, or something to be done there, at most
 * `limit` of them.
 */
export interface FindWebhookAccounts extends Bounded {
  /** Where to go on: the last account of the call before. Null begins with the first. */
  readonly after: string | null
  readonly of: 'work' | 'all'
  readonly limit: number
  readonly signal: AbortSignal | null
  readonly now: Date | null
}

/**
 * The operations of the journal of webhooks. Each is one statement; on MongoDB
 * taking takes a command for each body, and clearing takes two. The claim on a body is a lease that
 * stands in the body's own row, timed by the database's clock, so that settling it is fenced in one statement.
 */
export interface JournalOperations {
  /** A call that is sent again keeps the body once. Returns when the body was received. */
  keepWebhook(input: WriteStamp & KeepWebhook): Promise<Date>
  /**
   * The longest due are taken, and come in the order in which they were received. A call that is sent again takes what
   * it took before, as long as nobody else has.
   */
  takeWebhooks(input: WriteStamp & TakeWebhooks): Promise<readonly TakenWebhook[]>
  /**
   * Lets the claim on a body end `claimMs` from now. False when somebody else took the body up since, and when it was
   * settled to the end or cleared.
   */
  renewWebhook(input: WriteStamp & RenewWebhook): Promise<boolean>
  /** False when somebody else took the body up since, or when it was cleared. */
  settleWebhook(input: WriteStamp & SettleWebhook): Promise<boolean>
  findWebhook(input: Scoped & { readonly id: string }): Promise<KeptWebhookBody | null>
  listWebhooks(input: ListWebhooks): Promise<AdapterPage<KeptWebhook>>
  /** Removes the bodies whose time is over, the oldest first, but for those that somebody works on. */
  clearWebhooks(input: WriteStamp & { readonly limit: number }): Promise<ClearedWebhooks>
  findWebhookAccounts(input: FindWebhookAccounts): Promise<readonly string[]>
}
