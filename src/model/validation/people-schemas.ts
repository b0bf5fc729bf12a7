import * as z from 'zod/mini'
import { limits } from '../limits.js'
import { jsonObject } from './json-values.js'
import { exactlyOne, id, integer, name, onClosed } from './scalars.js'

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
export const sweepInput = z.strictObject({ limit: z.optional(integer(1, limits.sweepEvents)) })
export const wakeDueInput = z.strictObject({ limit: z.optional(integer(1, limits.batchConversations)) })
