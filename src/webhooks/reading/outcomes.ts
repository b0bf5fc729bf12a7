import type { NormalizedWebhook } from '../normalized-webhook.js'

/**
 * The outcome of a body, from what was found in it. The reason is the first rejection. If nothing was rejected, it is
 * the first thing that was ignored.
 */
export function outcomeOf({
  items,
  ignored,
  rejected,
}: Pick<NormalizedWebhook, 'items' | 'ignored' | 'rejected'>): Pick<NormalizedWebhook, 'outcome' | 'reason'> {
  const refused = rejected[0]
  if (refused !== undefined) {
    return { outcome: items.length > 0 ? 'partial' : 'invalid', reason: `${refused.path}: ${refused.reason}` }
  }
  return items.length > 0 ? { outcome: 'events', reason: null } : { outcome: 'ignored', reason: ignored[0]?.reason ?? 'nothing in it' }
}
