import { limits, longestLeaseMs } from '../../../src/model/limits.js'
import type { WebhookJournal } from '../../../src/store/webhook-journal.js'
import { collect } from './collect.js'
import { oneOf } from './one-of.js'
import type { Call } from './operation.js'

type JournalCall = Extract<Call, { readonly verb: `${string}webhook${string}` }>

/**
 * A claim lasts for longer than a run, or ends at once, because databases time claims by their own clocks. For the same
 * reason everything that is due is taken, and none of it is left to a next call.
 */
export function sendToJournal(journal: WebhookJournal, accountId: string, given: JournalCall, ids: string[]): PromiseLike<unknown> {
  const claim = { accountId, claimMs: longestLeaseMs }
  switch (given.verb) {
    case 'keep webhook': {
      const { body, retainMs } = given
      return journal.keepWebhook({ ...claim, channel: 'sms', body, retainMs, holder: '$a' }).then((kept) => {
        ids.push(kept.id)
        return kept
      })
    }
    case 'take webhooks': {
      const which = given.webhooks && { ids: given.webhooks.map((number) => oneOf(ids, number)) }
      return journal.takeWebhooks({ ...claim, holder: 'b', limit: limits.takenWebhooks, ...which })
    }
    case 'renew webhook':
      return journal.renewWebhook({ ...claim, id: oneOf(ids, given.webhook), token: given.token })
    case 'settle webhook': {
      const { webhook, token, outcome, report } = given
      const again = outcome === 'waiting' && { retryInMs: 0 }
      return journal.settleWebhook({ accountId, id: oneOf(ids, webhook), token, outcome, report, ...again })
    }
    case 'find webhook':
      return journal.findWebhook({ accountId, id: oneOf(ids, given.webhook) })
    case 'webhooks': {
      const { verb: _, ...which } = given
      return collect(journal.listWebhooks({ accountId, ...which }))
    }
    case 'clear webhooks':
      return journal.clearWebhooks({ accountId, limit: given.limit })
  }
}
