import { refusal } from '../model/validation/refusal.js'
import type { ChannelNormalizer, NormalizedWebhook, NormalizeOptions } from './normalized-webhook.js'
import { parseBody } from './parse-body.js'

/** What a channel reads in a body. */
export interface ReadWebhook {
  /** The body as JSON. Undefined for what is not JSON. */
  readonly parsed: unknown
  readonly normalized: NormalizedWebhook
}

/** Parses and reads a body. Throws VALIDATION_FAILED for what no channel can have sent. */
export function readWebhook(normalizer: ChannelNormalizer, body: unknown, { oaId, allowUnsigned }: NormalizeOptions): ReadWebhook {
  const read = parseBody(body, normalizer.parseText)
  if ('unparsable' in read) return { parsed: undefined, normalized: unparsable(read.unparsable) }
  const how = { ...(oaId !== undefined && { oaId }), ...(allowUnsigned !== undefined && { allowUnsigned }) }
  return { parsed: read.body, normalized: normalizer.normalize(read.body, how) }
}

/** Throws VALIDATION_FAILED for an `oaId` that is none. */
export function requireOaId(oaId: string | undefined): void {
  if (oaId !== undefined && (typeof oaId !== 'string' || oaId === '')) throw refusal(['oaId'], 'must be an id')
}

/** Throws VALIDATION_FAILED where neither the body nor the host names an inbox. */
export function requireInbox({ needsOaId }: NormalizedWebhook, oaId: string | undefined): void {
  if (needsOaId && oaId === undefined) throw refusal(['oaId'], 'is required: the body names no inbox')
}

function unparsable(reason: string): NormalizedWebhook {
  const refused = { path: 'body', reason }
  return { outcome: 'invalid', reason: `body: ${reason}`, items: [], ignored: [], rejected: [refused] }
}
