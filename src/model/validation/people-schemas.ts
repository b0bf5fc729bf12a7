import { z } from 'zod'
import { limits } from '../limits.js'
import { jsonObject } from './json-values.js'
import { exactlyOne, id, integer, name, onClosed } from './scalars.js'

const metadata = jsonObject.nullable().optional()

export const updateContactInput = z
  .strictObject({
    contactId: id.optional(),
    oaId: id.optional(),
    customerId: id.optional(),
    name: name.nullable().optional(),
    metadata,
  })
  .superRefine(exactlyOne(['contactId'], ['oaId', 'customerId']))

export const connectInboxInput = z.strictObject({
  oaId: id,
  channel: id,
  provider: id.nullable().optional(),
  name: name.nullable().optional(),
  chatbotId: id.nullable().optional(),
  onClosed: onClosed.nullable().optional(),
  metadata,
})
export const disconnectInboxInput = z.strictObject({ oaId: id })
export const wakeDueInput = z.strictObject({ limit: integer(1, limits.batchConversations).optional() })
