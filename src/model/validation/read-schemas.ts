import { z } from 'zod'
import { limits } from '../limits.js'
import { count, date, exactlyOne, id, integer } from './scalars.js'

const page = { limit: integer(1, limits.pageItems).optional(), cursor: z.string().optional() }
const filter = {
  status: z.enum(['open', 'snoozed', 'closed', 'active']).optional(),
  oaId: id.optional(),
  customerId: id.optional(),
  contactId: id.optional(),
  chatbotId: id.optional(),
  unread: z.boolean().optional(),
  updatedSince: date.optional(),
}

export const findConversationInput = z.strictObject({ conversationId: id })
export const findByOaAndCustomerInput = z.strictObject({ oaId: id, customerId: id, status: z.enum(['active', 'any']).optional() })
export const listConversationsInput = z.strictObject({ ...filter, ...page })
export const findByOaInput = z.strictObject({ ...filter, ...page, oaId: id })
export const findByChatbotIdInput = z.strictObject({ ...filter, ...page, chatbotId: id })
export const countConversationsInput = z.strictObject(filter)
export const listMessagesInput = z.strictObject({ conversationId: id, order: z.enum(['oldest', 'newest']).optional(), ...page })
export const listEventsInput = z.strictObject({ conversationId: id, afterEventSeq: count.optional(), ...page })
export const listInboxesInput = z.strictObject(page)
export const findInboxOwnerInput = z.strictObject({ channel: id, oaId: id })

export const findMessageInput = z
  .strictObject({
    id: id.optional(),
    oaId: id.optional(),
    customerId: id.optional(),
    messageId: id.optional(),
    localId: id.optional(),
  })
  .superRefine(exactlyOne(['id'], ['oaId', 'customerId', 'messageId'], ['oaId', 'customerId', 'localId']))

export const findContactInput = z
  .strictObject({ contactId: id.optional(), oaId: id.optional(), customerId: id.optional() })
  .superRefine(exactlyOne(['contactId'], ['oaId', 'customerId']))
