import { ConversationStoreError } from '../model/errors.js'
import type { JsonObject } from '../model/json.js'
import { defaultSweepEvents, defaultTakenWebhooks } from '../model/limits.js'
import { readSignal } from '../model/validation/call-options.js'
import {
  clearWebhooksInput,
  findWebhookAccountsInput,
  findWebhookInput,
  keepWebhookInput,
  listWebhooksInput,
  renewWebhookInput,
  settleWebhookInput,
  takeWebhooksInput,
} from '../model/validation/journal-schemas.js'
import { type AccountContext, sendWrite } from './account-context.js'
import type { CallOptions, PageInput } from './inputs.js'
import type { KeysetList } from './keyset-list.js'
import { operatorScope } from './operator-scope.js'
import type { PagedList } from './paged-list.js'
import { preparedList } from './prepared-list.js'
import type { ClearedWebhooks, KeptOutcome, KeptWebhook, KeptWebhookBody, TakenWebhook } from './webhook-journal-port.js'

/** Whose part of the journal a call is about: an account's, or for null the part that no account owns. */
export interface JournalScope {
  readonly accountId: string | null
}

export interface KeepWebhookInput extends JournalScope {
  readonly channel: string
  readonly provider?: string | null
  /** The inbox that the route named. */
  readonly oaId?: string | null
  /** The inboxes in the body that are the account's. */
  readonly inboxes?: KeptWebhook['inboxes']
  /** The body as JSON, without what is secret in it: at most 12 MiB. */
  readonly body: string
  /** After how many milliseconds it may be cleared. */
  readonly retainMs: number
  /** Who works on it first, and for how long nobody else takes it up. */
  readonly holder: string
  readonly claimMs: number
}

export interface TakeWebhooksInput extends JournalScope {
  /** Which bodies, whatever became of them before. Left out: those whose work is due. */
  readonly ids?: readonly string[]
  /** 1 to 100, default 10. */
  readonly limit?: number
  readonly holder: string
  readonly claimMs: number
}

export interface RenewWebhookInput extends JournalScope {
  readonly id: string
  readonly token: number
  readonly claimMs: number
}

export interface SettleWebhookInput extends JournalScope {
  readonly id: string
  readonly token: number
  readonly outcome: KeptOutcome
  readonly report: JsonObject
  /** In how many milliseconds it is due again. Required for the outcome `waiting`, and for no other. */
  readonly retryInMs?: number
}

export interface ListWebhooksInput extends JournalScope, PageInput {
  /** Only bodies that were received at this time or later. */
  readonly since?: Date
  readonly channel?: string
  readonly outcome?: KeptOutcome
}

/**
 * The journal of webhooks: bodies that were kept before they were worked on. Each account's part of a body is a row of
 * its own; the part of whoever operates the store holds what no account had connected. Handlers and `workJournal` of
 * `conversation-store/webhooks` use it; it is here for tools of an operator's own.
 */
export interface WebhookJournal {
  /** Keeps a body, taken up by `holder`: `settleWebhook` with this token says what became of it. */
  keepWebhook(input: KeepWebhookInput): Promise<{ readonly id: string; readonly token: number; readonly receivedAt: Date }>
  /**
   * Takes up bodies for `claimMs`: those that nobody settled in time, or the named ones, but for those that somebody is
   * working on. They come in the order in which they were received.
   */
  takeWebhooks(input: TakeWebhooksInput): Promise<readonly TakenWebhook[]>
  /**
   * Lets the claim on a body end `claimMs` from now, for whoever works on it for longer. Throws LEASE_LOST when another
   * one took it up since, and when it was settled to the end or cleared.
   */
  renewWebhook(input: RenewWebhookInput): Promise<void>
  /** Writes what became of a body. Throws LEASE_LOST when somebody else took it up since, or when it was cleared. */
  settleWebhook(input: SettleWebhookInput): Promise<void>
  /** Returns a body with its content, or null. */
  findWebhook(input: JournalScope & { readonly id: string }, options?: CallOptions): Promise<KeptWebhookBody | null>
  /** Lists bodies without their contents, the newest first. */
  listWebhooks(input: ListWebhooksInput, options?: CallOptions): PagedList<KeptWebhook>
  /** Removes at most `limit` bodies (default 1,000) whose time is over. */
  clearWebhooks(input: JournalScope & { readonly limit?: number }): Promise<ClearedWebhooks>
  /**
   * The accounts of which bodies are due or over (`of: 'work'`, which is the default), or that have any (`of: 'all'`):
   * at most `limit` of them (default 1,000), and null for the part that no account owns, which comes first. With
   * `after`, those that come after this account. It is the only call that names
   * no account, beside `findInboxOwner`.
   */
  findWebhookAccounts(
    input?: { readonly of?: 'work' | 'all'; readonly after?: string | null; readonly limit?: number },
    options?: CallOptions,
  ): Promise<readonly (string | null)[]>
}

export function webhookJournal(contextOf: (accountId: string) => AccountContext): WebhookJournal {
  const operator = contextOf(operatorScope)
  const of = (accountId: string | null) => contextOf(accountId ?? operatorScope)
  return {
    async keepWebhook(given) {
      const { accountId, provider = null, oaId = null, inboxes = [], ...rest } = operator.parse(keepWebhookInput, given)
      const id = operator.newId()
      const kept = { ...rest, id, provider, oaId, inboxes }
      const receivedAt = await sendWrite(of(accountId), (operations, stamp) => operations.keepWebhook({ ...stamp, ...kept }))
      return { id, token: 1, receivedAt }
    },

    async takeWebhooks(given) {
      const { accountId, ids = null, limit = defaultTakenWebhooks, ...rest } = operator.parse(takeWebhooksInput, given)
      return sendWrite(of(accountId), (operations, stamp) => operations.takeWebhooks({ ...stamp, ...rest, ids, limit }))
    },

    async renewWebhook(given) {
      const { accountId, ...rest } = operator.parse(renewWebhookInput, given)
      const isRenewed = await sendWrite(of(accountId), (operations, stamp) => operations.renewWebhook({ ...stamp, ...rest }))
      if (!isRenewed) throw takenOver(rest.id)
    },

    async settleWebhook(given) {
      const { accountId, retryInMs = null, ...rest } = operator.parse(settleWebhookInput, given)
      const isSettled = await sendWrite(of(accountId), (operations, stamp) => operations.settleWebhook({ ...stamp, ...rest, retryInMs }))
      if (!isSettled) throw takenOver(rest.id)
    },

    async findWebhook(given, options) {
      const { accountId, id } = operator.parse(findWebhookInput, given)
      const scope = accountId ?? operatorScope
      return operator.dispatch.read(readSignal(options), (operations, bounds) =>
        operations.findWebhook({ accountId: scope, id, ...bounds }),
      )
    },

    listWebhooks: (input, options) =>
      preparedList(operator, options, () => {
        const { accountId, since = null, channel = null, outcome = null, ...page } = operator.parse(listWebhooksInput, input)
        const keyset: KeysetList<KeptWebhook> = {
          name: `webhooks ${channel ?? ''} ${outcome ?? ''}`,
          kinds: ['time', 'id'],
          keysOf: ({ receivedAt, id }) => [receivedAt.getTime(), id],
          fetchPage: (operations, at) => operations.listWebhooks({ ...at, accountId: accountId ?? operatorScope, since, channel, outcome }),
        }
        return { keyset, page }
      }),

    async clearWebhooks(given) {
      const { accountId, limit = defaultSweepEvents } = operator.parse(clearWebhooksInput, given)
      return sendWrite(of(accountId), (operations, stamp) => operations.clearWebhooks({ ...stamp, limit }))
    },

    async findWebhookAccounts(given = {}, options) {
      const { of: which = 'work', after = null, limit = defaultSweepEvents } = operator.parse(findWebhookAccountsInput, given)
      const found = await operator.dispatch.read(readSignal(options), (operations, bounds) =>
        operations.findWebhookAccounts({ of: which, after, limit, now: operator.now(), ...bounds }),
      )
      return found.map((accountId) => (accountId === operatorScope ? null : accountId))
    },
  }
}

function takenOver(id: string): ConversationStoreError<'LEASE_LOST'> {
  return new ConversationStoreError('LEASE_LOST', { key: `webhook ${id}`, reason: 'taken over' })
}
