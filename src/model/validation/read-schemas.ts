import * as z from 'zod/mini'
import { limits } from '../limits.js'
import { count, date, exactlyOne, id, integer } from './scalars.js'

const page = { limit: z.optional(integer(1, limits.pageItems)), cursor: z.optional(z.string()) }
const filter = {
  status: z.optional(z.enum(['open', 'snoozed', 'closed', 'active'])),
  oaId: z.optional(id),
  customerId: z.optional(id),
  contactId: z.optional(id),
  chatbotId: z.optional(id),
  unread: z.optional(z.boolean()),
  updatedSince: z.optional(date),
}

export const findConversationInput = z.strictObject({ conversationId: id })
export const findByOaAndCustomerInput = z.strictObject({ oaId: id, customerId: id, status: z.optional(z.enum(['active', 'any'])) })
export const listConversationsInput = z.strictObject({ ...filter, ...page })
export const findByOaInput = z.strictObject({ ...filter, ...page, oaId: id })
export const findByChatbotIdInput = z.strictObject({ ...filter, ...page, chatbotId: id })
export const countConversationsInput = z.strictObject(filter)
export const listMessagesInput = z
  .strictObject({
    conversationId: id,
    order: z.optional(z.enum(['oldest', 'newest'])),
    by: z.optional(z.enum(['time', 'seq'])),
    afterSeq: z.optional(count),
    ...page,
  })
  .check(
    z.superRefine(({ by, afterSeq }, context) => {
      if (by !== 'time' || afterSeq === undefined) return
      context.addIssue({ code: 'custom', path: ['afterSeq'], message: "goes with by: 'seq' alone" })
    }),
  )
export const listEventsInput = z.strictObject({ conversationId: id, afterEventSeq: z.optional(count), ...page })
export const listInboxesInput = z.strictObject(page)
export const findInboxOwnerInput = z.strictObject({ channel: id, oaId: id })

export const findMessageInput = z
  .strictObject({
    id: z.optional(id),
    oaId: z.optional(id),
    customerId: z.optional(id),
    messageId: z.optional(id),
    localId: z.optional(id),
  })
  .check(exactlyOne(['id'], ['oaId', 'customerId', 'messageId'], ['oaId', 'customerId', 'localId']))

export const findContactInput = z
  .strictObject({ contactId: z.optional(id), oaId: z.optional(id), customerId: z.optional(id) })
  .check(exactlyOne(['contactId'], ['oaId', 'customerId']))
