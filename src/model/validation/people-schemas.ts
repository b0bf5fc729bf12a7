import * as z from 'zod/mini'
import { limits } from '../limits.js'
import { jsonObject } from './json-values.js'
import { count, exactlyOne, id, integer, name, onClosed } from './scalars.js'

const metadata = z.nullish(jsonObject)

export const updateContactInput = z
  .strictObject({
    contactId: z.optional(id),
    oaId: z.optional(id),
    customerId: z.optional(id),
    name: z.nullish(name),
    metadata,
  })
  .check(exactlyOne(['contactId'], ['oaId', 'customerId']))

const oneContact = z
  .strictObject({ contactId: z.optional(id), oaId: z.optional(id), customerId: z.optional(id) })
  .check(exactlyOne(['contactId'], ['oaId', 'customerId']))
export const mergeContactsInput = z.strictObject({ keep: oneContact, lose: oneContact })
export const unmergeContactsInput = z.strictObject({ mergeId: id })

export const connectInboxInput = z.strictObject({
  oaId: id,
  channel: id,
  provider: z.nullish(id),
  name: z.nullish(name),
  chatbotId: z.nullish(id),
  onClosed: z.nullish(onClosed),
  metadata,
})
export const disconnectInboxInput = z.strictObject({ oaId: id })
export const redirectInboxInput = z.strictObject({ oaId: id, to: z.nullable(id) })
export const recordHistoryProgressInput = z
  .strictObject({
    oaId: id,
    phase: z.nullish(count),
    chunkOrder: z.nullish(count),
    progress: z.nullish(integer(0, 100)),
    errorCode: z.nullish(id),
    brought: z.nullish(
      z.strictObject({
        conversations: z.optional(count),
        created: z.optional(count),
        messages: z.optional(count),
        duplicates: z.optional(count),
      }),
    ),
  })
  .check(z.superRefine(checkSaid))
export const sweepInput = z.strictObject({ limit: z.optional(integer(1, limits.sweepEvents)) })
export const wakeDueInput = z.strictObject({ limit: z.optional(integer(1, limits.batchConversations)) })

function checkSaid(
  { oaId: _, ...said }: Readonly<Record<string, unknown>>,
  context: { addIssue(issue: { code: 'custom'; path: PropertyKey[]; message: string }): void },
): void {
  if (Object.values(said).some((value) => (value ?? null) !== null)) return
  context.addIssue({
    code: 'custom',
    path: ['progress'],
    message: 'is required where phase, chunkOrder, errorCode and brought are not given',
  })
}
