import type { CustomerIdentity } from '../model/identities.js'
import type { WriteOutcomeName } from '../store/results.js'
import type { CustomerWrite } from './ingesting/write-customers.js'
import type { ReceiptWrite } from './ingesting/write-receipts.js'
import type { HistoryProgress, NormalizedWebhook, RejectedItem } from './normalized-webhook.js'

/**
 * What became of one body. The host answers all four outcomes with 200, because the same body would change nothing if
 * it came again.
 */
export interface WebhookReport {
  /**
   * `ingested`: everything was written, or was known already. `partial`: a part was written, and the rest is in
   * `rejected` or belongs to `unknownInboxes`. `ignored`: nothing concerned a conversation of a connected inbox.
   * `invalid`: nothing could be used.
   */
  readonly outcome: 'ingested' | 'partial' | 'ignored' | 'invalid'
  /** Why the outcome is not `ingested`; null when it is. It names fields, never their content. */
  readonly reason: string | null
  /** These six count the events by what became of them. `EventResult` says what each word means. */
  readonly stored: number
  readonly live: number
  readonly applied: number
  readonly duplicates: number
  readonly unchanged: number
  readonly waiting: number
  /** One entry for each customer whose events were written, in the order of the body, account by account. */
  readonly conversations: readonly IngestedConversation[]
  /** What cannot be used: first what the normalizer rejected, then what the store refused for its size or shape. */
  readonly rejected: readonly RejectedItem[]
  /** The `oaId`s that no account has connected. None of their events were stored. */
  readonly unknownInboxes: readonly string[]
  /** How far the channel says it is with sending the history of an inbox. Left out when it says nothing. */
  readonly historyProgress?: readonly HistoryProgress[]
}

/** What became of one customer's events. */
export interface IngestedConversation {
  readonly accountId: string
  readonly oaId: string
  readonly customerId: string
  /** Null while all of the customer's events wait for a conversation. */
  readonly conversationId: string | null
  readonly outcome: WriteOutcomeName
  /**
   * The ids that were not linked, because they can't be the same person's as the others. Left out when there are none.
   */
  readonly conflicts?: readonly CustomerIdentity[]
}

/** @internal */
export type AccountWrite = (CustomerWrite | ReceiptWrite) & { readonly accountId: string }

/** Why a receipt that names the inbox alone was applied to nothing. */
const reasons = {
  unknown: 'no reply in the inbox has the id that the receipt names',
  ambiguous: 'replies to several customers have the id that the receipt names',
} as const

/** @internal */
export function reportOf(
  normalized: NormalizedWebhook,
  written: readonly AccountWrite[],
  unknownInboxes: readonly string[],
): WebhookReport {
  const conversations = new Map<string, IngestedConversation>()
  const rejected: RejectedItem[] = [...normalized.rejected]
  const count = { stored: 0, live: 0, applied: 0, duplicate: 0, unchanged: 0, waiting: 0 }
  for (const write of written) {
    if ('rejected' in write) {
      rejected.push(write.rejected)
      continue
    }
    if ('receipts' in write) {
      for (const { outcome } of write.receipts) {
        if (outcome in reasons) rejected.push({ path: write.path, reason: reasons[outcome as keyof typeof reasons] })
        else count[outcome as keyof typeof count] += 1
      }
      continue
    }
    for (const { outcome } of write.result.events) count[outcome] += 1
    const key = JSON.stringify([write.accountId, write.customer.oaId, write.customer.customerId])
    conversations.set(key, ingested(write, conversations.get(key)))
  }
  const { duplicate: duplicates, ...counts } = count
  return {
    ...outcomeOf(normalized, conversations.size > 0 || Object.values(count).some((number) => number > 0), rejected, unknownInboxes),
    ...counts,
    duplicates,
    conversations: [...conversations.values()],
    rejected,
    unknownInboxes,
    ...(normalized.historyProgress !== undefined && { historyProgress: normalized.historyProgress }),
  }
}

/** A customer that was written in several calls is reported once, by the first call that changed something. */
function ingested(
  { accountId, customer: { oaId, customerId }, result }: Extract<AccountWrite, { readonly result: unknown }>,
  before: IngestedConversation | undefined,
): IngestedConversation {
  const conflicts = [...(before?.conflicts ?? []), ...result.conflicts]
  const settled = before !== undefined && before.outcome !== 'duplicate' && before.outcome !== 'unchanged'
  return {
    accountId,
    oaId,
    customerId,
    conversationId: result.conversation?.id ?? before?.conversationId ?? null,
    outcome: settled ? before.outcome : result.outcome,
    ...(conflicts.length > 0 && { conflicts }),
  }
}

function outcomeOf(
  normalized: NormalizedWebhook,
  anyWritten: boolean,
  rejected: readonly RejectedItem[],
  unknownInboxes: readonly string[],
): Pick<WebhookReport, 'outcome' | 'reason'> {
  const refused = rejected[0] === undefined ? null : `${rejected[0].path}: ${rejected[0].reason}`
  const unknown = unknownInboxes.length === 0 ? null : 'no account has connected the inbox'
  if (anyWritten) return { outcome: refused === null && unknown === null ? 'ingested' : 'partial', reason: refused ?? unknown }
  if (refused !== null) return { outcome: 'invalid', reason: refused }
  return { outcome: 'ignored', reason: unknown ?? normalized.reason }
}
