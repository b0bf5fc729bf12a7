import * as z from 'zod/mini'
import { ConversationStoreError } from '../model/errors.js'
import { refusal } from '../model/validation/refusal.js'

/** The fields of the first fingerprints, and those that later ones have beside them. */
const stored = z.strictObject({
  sourceOaId: z.string(),
  destinationOaId: z.string(),
  conversations: z.number(),
  messages: z.number(),
  attachments: z.number(),
  contactInboxes: z.number(),
  skipped: z.number(),
  people: z.optional(z.number()),
  activeConflicts: z.optional(z.number()),
  contactsToMerge: z.optional(z.number()),
  stayingApart: z.optional(z.number()),
})

/** What a fingerprint tells. */
type Expected = Readonly<z.infer<typeof stored>>

/** How much may have changed since a preview: one in a hundred. */
const tolerated = 0.01

const counts = [
  'conversations',
  'messages',
  'attachments',
  'contactInboxes',
  'skipped',
  'activeConflicts',
  'contactsToMerge',
  'stayingApart',
] as const
type Count = (typeof counts)[number]

/** What a preview counted, by which a later one is compared with it. */
type Previewed = Pick<Expected, 'sourceOaId' | 'destinationOaId'> & { readonly [C in Count | 'people']: number }

/**
 * How large an inbox is in what a count counts. A change is measured by it and not by the count itself: one attachment
 * more, where there was none, changes little about an inbox of ten thousand messages.
 */
const sizes: { readonly [C in Count]: (before: Expected) => number } = {
  conversations: ({ conversations }) => conversations,
  messages: ({ messages }) => messages,
  attachments: ({ attachments, messages }) => Math.max(attachments, messages),
  contactInboxes: ({ contactInboxes }) => contactInboxes,
  skipped: peopleOf,
  activeConflicts: peopleOf,
  contactsToMerge: peopleOf,
  stayingApart: peopleOf,
}

function peopleOf({ people, contactInboxes }: Expected): number {
  return people ?? contactInboxes
}

/** The fingerprint of a preview, which is opaque to a host. */
export function fingerprintOf({ sourceOaId, destinationOaId, people, ...rest }: Previewed): string {
  const numbers = Object.fromEntries(counts.map((name) => [name, rest[name]]))
  return Buffer.from(JSON.stringify({ sourceOaId, destinationOaId, people, ...numbers })).toString('base64url')
}

/** Throws STALE_PREVIEW when too much changed since, and VALIDATION_FAILED for what is no fingerprint. */
export function requireFresh(expected: string, now: Previewed): void {
  const before = parsed(expected)
  const isSame = before.sourceOaId === now.sourceOaId && before.destinationOaId === now.destinationOaId
  const changed = counts.filter((name) => {
    // An older fingerprint lacks some counts, which are then not compared.
    const change = Math.abs(now[name] - (before[name] ?? now[name]))
    return change > sizes[name](before) * tolerated
  })
  if (!isSame || changed.length > 0) throw new ConversationStoreError('STALE_PREVIEW', { changed: isSame ? changed : ['inboxes'] })
}

function parsed(fingerprint: string): Expected {
  try {
    return z.parse(stored, JSON.parse(Buffer.from(fingerprint, 'base64url').toString()))
  } catch {
    throw refusal(['expect'], 'must be the fingerprint of a preview')
  }
}
