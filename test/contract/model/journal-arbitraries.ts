import fc from 'fast-check'
import type { JournalMethod } from '../../histories/call.js'
import { occurredAt, sometimes } from './few-values.js'
import type { Call } from './operation.js'

const webhook = fc.nat(5)
const token = fc.integer({ min: 1, max: 4 })
const limit = fc.integer({ min: 1, max: 4 })
const settled = fc.constantFrom<'waiting' | 'ingested' | 'failed'>('waiting', 'ingested', 'failed')

/** The calls of the journal of webhooks. */
export const journalCalls: { readonly [M in JournalMethod]: fc.WeightedArbitrary<Call> } = {
  keepWebhook: {
    weight: 2,
    arbitrary: fc.record({
      verb: fc.constant('keep webhook' as const),
      body: fc.constantFrom('{"a":1}', '{"$a":"x"}'),
      retainMs: fc.constantFrom(1_000, 120_000),
    }),
  },
  takeWebhooks: {
    weight: 2,
    arbitrary: sometimes({ webhooks: fc.uniqueArray(webhook, { minLength: 1, maxLength: 3 }) }).map((which) => ({
      verb: 'take webhooks' as const,
      ...which,
    })),
  },
  renewWebhook: { weight: 1, arbitrary: fc.record({ verb: fc.constant('renew webhook' as const), webhook, token }) },
  settleWebhook: {
    weight: 2,
    arbitrary: fc.record({
      verb: fc.constant('settle webhook' as const),
      webhook,
      token,
      outcome: settled,
      report: fc.constantFrom({}, { stored: 1 }, { 'a.b': '$c' }),
    }),
  },
  findWebhook: { weight: 1, arbitrary: fc.record({ verb: fc.constant('find webhook' as const), webhook, token }) },
  listWebhooks: {
    weight: 1,
    arbitrary: fc
      .tuple(limit, sometimes({ outcome: settled, since: occurredAt }))
      .map(([most, which]) => ({ verb: 'webhooks' as const, limit: most, ...which })),
  },
  clearWebhooks: { weight: 1, arbitrary: limit.map((most) => ({ verb: 'clear webhooks' as const, limit: most })) },
}
