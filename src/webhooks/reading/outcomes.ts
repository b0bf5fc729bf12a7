import type { NormalizedWebhook } from '../normalized-webhook.js'

/**
 * The outcome of a body by what was found in it. The first rejection stands for all; where nothing is wrong, what was
 * ignored first.
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
