import type { EventInput } from '../../../src/model/event-inputs.js'
import type { OnActiveConflict } from '../../../src/model/inbox-migrations.js'
import type { JsonObject } from '../../../src/model/json.js'
import type { OnClosed } from '../../../src/model/records.js'
import type { ConversationFilter, ConversationPatch, RecordHistoryProgressInput } from '../../../src/store/inputs.js'
import type { SyncStatus } from '../../../src/store/sync-port.js'
import type { KeptOutcome } from '../../../src/store/webhook-journal-port.js'

/** A customer of an inbox, by number. */
export interface Customer {
  readonly inbox: number
  readonly customer: number
}
/**
 * Any conversation that some call of the run has returned, whichever account it belongs to, or the conversation of a
 * customer.
 */
export type Target = { readonly known: number } | Customer

/** One of several ids of a person, and its kind. */
export interface NamedCustomer {
  readonly customer: number
  readonly kind: string
}

export interface Upsert extends Customer {
  readonly patch: ConversationPatch
  readonly channel?: string
  readonly expectedVersion?: number | 'absent'
  readonly onClosed?: OnClosed
  readonly matchUsername?: boolean
  /** The other ids of the customer. */
  readonly identities?: readonly NamedCustomer[]
}

/** What a write says of the history among its events. */
export interface OfHistory {
  readonly opens?: 'open' | 'closed'
  readonly markUnread?: boolean
}

export type Written = Upsert & OfHistory & { readonly events: readonly EventInput[] }

/** A call about a session, by its number among the last ones, and of an inbox, by its own. */
export type SyncCall =
  | { readonly verb: 'begin sync'; readonly inbox: number; readonly source: string; readonly incremental: boolean }
  | { readonly verb: 'resume sync'; readonly session: number; readonly inbox: number; readonly source: string }
  | {
      readonly verb: 'sync page'
      readonly session: number
      /** Whether it names a page that is not the next one. */
      readonly isLate: boolean
      readonly isLast: boolean
      readonly items: readonly Written[]
    }
  | { readonly verb: 'fail sync' | 'sync session'; readonly session: number }
  | { readonly verb: 'sync sessions'; readonly limit: number; readonly inbox?: number; readonly status?: SyncStatus }
  | { readonly verb: 'sync statistics'; readonly limit: number }

/** A call about a move of an inbox, by its number among the last ones, and of inboxes, by their own. */
export type MoveCall =
  | {
      readonly verb: 'begin move'
      readonly inbox: number
      readonly into: number
      readonly isConversion: boolean
      readonly onConflict: OnActiveConflict
    }
  | {
      readonly verb: 'move batch'
      readonly migration: number
      /** Whether it names a batch that is not the next one. */
      readonly isLate: boolean
      readonly people: number
      readonly conversations: number
    }
  | { readonly verb: 'undo move'; readonly migration: number }
  | { readonly verb: 'end move'; readonly migration: number; readonly as: 'cancelled' | 'failed' }
  | { readonly verb: 'find move'; readonly migration: number }
  | { readonly verb: 'moves'; readonly limit: number; readonly inbox?: number; readonly active?: boolean }
  | { readonly verb: 'preview move'; readonly inbox: number; readonly into: number; readonly limit: number }

/** One random call as plain data, so that what a failing run prints can be run again. */
export type Call =
  | ({ readonly verb: 'upsert' } & Upsert)
  | ({ readonly verb: 'write' } & Written)
  | { readonly verb: 'bulk'; readonly atomic: boolean; readonly items: readonly Written[] }
  | { readonly verb: 'update'; readonly target: Target; readonly patch: ConversationPatch; readonly expectedVersion?: number }
  | { readonly verb: 'nickname'; readonly target: Target; readonly nickname: string | null }
  | { readonly verb: 'read'; readonly target: Target; readonly seq?: number; readonly upToTime?: Date }
  | { readonly verb: 'close' | 'reopen' | 'unread'; readonly target: Target; readonly expectedVersion?: number }
  | { readonly verb: 'snooze'; readonly target: Target; readonly minutes: number }
  | { readonly verb: 'wake' | 'sweep'; readonly limit: number }
  | { readonly verb: 'link'; readonly inbox: number; readonly identities: readonly NamedCustomer[] }
  | { readonly verb: 'merge'; readonly keep: Target; readonly lose: Target; readonly link: boolean }
  | { readonly verb: 'unmerge' | 'unmerge contacts'; readonly merge: number }
  | { readonly verb: 'merge contacts'; readonly keep: Customer; readonly lose: Customer }
  | { readonly verb: 'receipt'; readonly inbox: number; readonly status: 'delivered' | 'read'; readonly messageId: string }
  | { readonly verb: 'find'; readonly target: Target; readonly any: boolean }
  | { readonly verb: 'list'; readonly filter: ConversationFilter & Partial<Customer>; readonly limit: number }
  | {
      readonly verb: 'list by inbox'
      readonly inbox: number
      readonly filter: ConversationFilter & Partial<Customer>
      readonly limit: number
    }
  | { readonly verb: 'list by chatbot'; readonly filter: ConversationFilter & Partial<Customer>; readonly limit: number }
  | { readonly verb: 'count'; readonly filter: ConversationFilter & Partial<Customer> }
  | ({ readonly verb: 'message' } & Customer & ({ readonly messageId: string } | { readonly localId: string }))
  | ({ readonly verb: 'messages'; readonly known: number; readonly order: 'oldest' | 'newest'; readonly limit: number } & (
      | { readonly by: 'time' | 'seq' }
      | { readonly afterSeq: number }
    ))
  | { readonly verb: 'events'; readonly known: number; readonly afterEventSeq: number; readonly limit: number }
  | ({ readonly verb: 'contact' } & Customer)
  | ({ readonly verb: 'name contact'; readonly name: string | null } & Customer)
  | {
      readonly verb: 'connect'
      readonly inbox: number
      readonly channel: string
      readonly onClosed: OnClosed | null
      readonly chatbotId?: string
    }
  | { readonly verb: 'disconnect'; readonly inbox: number }
  | { readonly verb: 'history'; readonly inbox: number; readonly step: Omit<RecordHistoryProgressInput, 'oaId'> }
  | { readonly verb: 'inboxes'; readonly limit: number }
  | { readonly verb: 'owner'; readonly inbox: number; readonly channel: string }
  | { readonly verb: 'keep webhook'; readonly body: string; readonly retainMs: number }
  | { readonly verb: 'take webhooks'; readonly webhooks?: readonly number[] }
  | { readonly verb: 'renew webhook' | 'find webhook'; readonly webhook: number; readonly token: number }
  | {
      readonly verb: 'settle webhook'
      readonly webhook: number
      readonly token: number
      readonly outcome: KeptOutcome
      readonly report: JsonObject
    }
  | { readonly verb: 'webhooks'; readonly outcome?: KeptOutcome; readonly since?: Date; readonly limit: number }
  | { readonly verb: 'clear webhooks'; readonly limit: number }
  | { readonly verb: 'acquire lease'; readonly inbox: number; readonly holder: string }
  | { readonly verb: 'renew lease' | 'release lease'; readonly inbox: number; readonly token: number }
  | SyncCall
  | MoveCall
  | { readonly verb: 'leases'; readonly kind?: string; readonly limit: number }

export interface Operation {
  readonly account: number
  /** How far the clock moves before the call, in milliseconds. */
  readonly milliseconds: number
  /** Whether the reply to the first attempt is lost after the call was applied. */
  readonly isReplyLost: boolean
  readonly call: Call
}
