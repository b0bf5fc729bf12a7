import { parsedJson } from '../../http/json.js'
import { parse } from '../../model/validation/parse.js'
import { refusal } from '../../model/validation/refusal.js'
import { askedPullInput } from '../../model/validation/sync-schemas.js'

/** What a request asks for. */
export interface AskedPull {
  readonly oaId: string
  /** The host's own id of the page, where the body has one beside the inbox's. */
  readonly pageId: string | null
  readonly resumeSession: string | null
}

/**
 * Reads a body: `{ oaId, resumeSession }`, or `{ pageId, facebookPageId, resumeSession }`, where `facebookPageId` is
 * the inbox and `pageId` the host's own id of it. A `pageId` alone is the inbox. Throws VALIDATION_FAILED, which names
 * fields and no values.
 */
export function readAskedPull(given: unknown): AskedPull {
  const {
    oaId,
    facebookPageId,
    pageId,
    resumeSession = null,
  } = parse(askedPullInput, given instanceof Uint8Array ? parsedJson(given) : given)
  const named = [oaId, facebookPageId].filter((each) => each !== undefined && each !== null)
  if (new Set(named).size > 1) throw refusal(['facebookPageId'], 'contradicts oaId; give one of the two')
  const [inbox = pageId ?? null] = named
  if (inbox === null) throw refusal(['facebookPageId'], 'is required: the id of the page as its channel knows it')
  return { oaId: inbox, pageId: named.length > 0 ? (pageId ?? null) : null, resumeSession }
}
