import * as z from 'zod/mini'
import { limits } from '../limits.js'
import { identities } from './identities.js'
import { jsonObject } from './json-values.js'
import { describe } from './parse.js'
import { atMost, count, date, id, messageText, name, word } from './scalars.js'
import { transformed } from './transformed.js'

const sender = z.strictObject({
  id: z.nullish(id),
  type: z.optional(z.enum(['customer', 'agent', 'bot', 'system'])),
  name: z.nullish(name),
})
const base = { eventId: z.optional(id), occurredAt: z.optional(date), sender: z.optional(sender) }
const historyBase = { ...base, history: z.optional(z.boolean()) }
const direction = z.optional(z.enum(['inbound', 'outbound']))
const payload = z.nullish(jsonObject)

const attachment = z.strictObject({
  type: word,
  // A URL may be as long as a text, because a signed URL is longer than a name, and a data: URL holds the whole file.
  url: z.nullish(messageText),
  name: z.nullish(name),
  payload,
})

const attachments = atMost(limits.attachments, attachment)

const message = z
  .strictObject({
    type: z.literal('message'),
    ...historyBase,
    messageId: z.optional(id),
    localId: z.optional(id),
    direction,
    text: z.optional(messageText),
    attachments: z.optional(attachments),
    replyTo: z.nullish(id),
    metadata: z.nullish(jsonObject),
  })
  .check(
    z.superRefine((event, context) => {
      if (event.messageId !== undefined || event.localId !== undefined) return
      context.addIssue({ code: 'custom', path: ['messageId'], message: 'is required, unless there is a localId' })
    }),
  )

const reaction = z
  .strictObject({
    type: z.literal('reaction'),
    ...base,
    targetMessageId: id,
    action: z.optional(z.enum(['add', 'remove'])),
    emoji: z.optional(word),
  })
  .check(
    z.superRefine((event, context) => {
      const refuse = (path: string[], issue: string) => context.addIssue({ code: 'custom', path, message: issue })
      if (event.action !== 'remove' && event.emoji === undefined) refuse(['emoji'], 'is required to add a reaction')
      const { sender: by } = event
      if (by !== undefined && by.id == null && (by.id === null || (by.type ?? 'customer') !== 'customer')) {
        refuse(['sender', 'id'], 'is required: a sender has one reaction to a message')
      }
    }),
  )

const receipt = z
  .strictObject({
    type: z.literal('receipt'),
    ...base,
    status: z.enum(['sent', 'delivered', 'read', 'failed']),
    messageIds: z.optional(atMost(limits.receiptTargets, id)),
    watermark: z.optional(date),
    error: z.optional(name),
  })
  .check(
    z.superRefine((event, context) => {
      const refuse = (path: string[], issue: string) => context.addIssue({ code: 'custom', path, message: issue })
      if (event.watermark === undefined && (event.messageIds ?? []).length === 0)
        refuse(['messageIds'], 'is required, unless there is a watermark')
      if (event.watermark !== undefined && event.status !== 'delivered' && event.status !== 'read') {
        refuse(['watermark'], `is only for 'delivered' and 'read'`)
      }
      if (event.error !== undefined && event.status !== 'failed') refuse(['error'], `is only for 'failed'`)
    }),
  )

const fact = { ...historyBase, direction, payload }

/** The schema of each type of event. */
export const eventSchemas = {
  message,
  postback: z.strictObject({ type: z.literal('postback'), ...historyBase, messageId: z.optional(id), payload }),
  message_edit: z.strictObject({
    type: z.literal('message_edit'),
    ...base,
    targetMessageId: id,
    text: messageText,
    editNumber: z.optional(count),
  }),
  message_attachments: z.strictObject({
    type: z.literal('message_attachments'),
    ...base,
    targetMessageId: id,
    attachments,
    text: z.optional(messageText),
  }),
  message_delete: z.strictObject({ type: z.literal('message_delete'), ...base, targetMessageId: id }),
  reaction,
  receipt,
  message_sent: z.strictObject({ type: z.literal('message_sent'), ...base, localId: id, messageId: id }),
  message_failed: z.strictObject({ type: z.literal('message_failed'), ...base, localId: id, error: z.optional(name) }),
  identity_change: z.strictObject({
    type: z.literal('identity_change'),
    ...base,
    previous: identities,
    current: identities.check(z.minLength(1)),
  }),
  referral: z.strictObject({ type: z.literal('referral'), ...fact }),
  optin: z.strictObject({ type: z.literal('optin'), ...fact }),
  handover: z.strictObject({ type: z.literal('handover'), ...fact }),
}
const unknownType = `must be one of the known types, or 'custom:' and a name`
const customType = id.check(
  z.superRefine((type, context) => {
    if (!/^custom:./su.test(type)) context.addIssue({ code: 'custom', message: unknownType })
  }),
)
export const customEventSchema = z.strictObject({
  type: transformed(customType, (type) => type as `custom:${string}`),
  ...fact,
})

export type ParsedEvent =
  | { [T in keyof typeof eventSchemas]: z.output<(typeof eventSchemas)[T]> }[keyof typeof eventSchemas]
  | z.output<typeof customEventSchema>

/**
 * Chooses the schema by the event's type. The error of a zod union would list what is wrong with the event for each of
 * the other types.
 */
export const event = transformed(z.unknown(), (value, refuse): ParsedEvent => {
  const schema = schemaFor(value)
  if (typeof schema === 'string') {
    refuse({ code: 'custom', path: ['type'], message: schema })
    return z.NEVER
  }
  const result = schema.safeParse(value, { error: describe })
  if (result.success) return result.data
  for (const issue of result.error.issues) refuse(issue)
  return z.NEVER
})

/** The schema of an event's type, or what is wrong with the type. */
function schemaFor(value: unknown): z.ZodMiniType<ParsedEvent> | string {
  if (typeof value !== 'object' || value === null) return customEventSchema
  const type = 'type' in value ? value.type : undefined
  if (type === undefined) return 'is required'
  if (typeof type !== 'string') return 'must be a string'
  if (Object.hasOwn(eventSchemas, type)) return eventSchemas[type as keyof typeof eventSchemas]
  return type.startsWith('custom:') ? customEventSchema : unknownType
}
