import * as z from 'zod/mini'
import { ConversationStoreError } from '../model/errors.js'
import { refusal } from '../model/validation/refusal.js'

const counts = ['conversations', 'messages', 'attachments', 'contactInboxes', 'skipped'] as const
const stored = z.strictObject({
  sourceOaId: z.string(),
  destinationOaId: z.string(),
  conversations: z.number(),
  messages: z.number(),
  attachments: z.number(),
  contactInboxes: z.number(),
  skipped: z.number(),
})

/** What a preview counted, by which a later one is compared with it. */
type Previewed = Readonly<z.infer<typeof stored>>

/** How much may have changed since a preview: one in a hundred. */
const tolerated = 0.01

/** The fingerprint of a preview, which is opaque to a host. */
export function fingerprintOf({ sourceOaId, destinationOaId, ...rest }: Previewed): string {
  const numbers = Object.fromEntries(counts.map((name) => [name, rest[name]]))
  return Buffer.from(JSON.stringify({ sourceOaId, destinationOaId, ...numbers })).toString('base64url')
}

/** Throws STALE_PREVIEW when too much changed since, and VALIDATION_FAILED for what is no fingerprint. */
export function requireFresh(expected: string, now: Previewed): void {
  const before = parsed(expected)
  const isSame = before.sourceOaId === now.sourceOaId && before.destinationOaId === now.destinationOaId
  const changed = counts.filter((name) => Math.abs(now[name] - before[name]) > before[name] * tolerated)
  if (!isSame || changed.length > 0) throw new ConversationStoreError('STALE_PREVIEW', { changed: isSame ? changed : ['inboxes'] })
}

function parsed(fingerprint: string): Previewed {
  try {
    return z.parse(stored, JSON.parse(Buffer.from(fingerprint, 'base64url').toString()))
  } catch {
    throw refusal(['expect'], 'must be the fingerprint of a preview')
  }
}
