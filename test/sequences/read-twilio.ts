import type { ReceiptEventInput } from '../../src/model/event-inputs.js'
import type { JsonObject } from '../../src/model/json.js'
import type { Told } from './told.js'

const kinds = { From: 'phone', ExternalUserId: 'user_id', ParentExternalUserId: 'parent_user_id' } as const

/**
 * Reads a body of Twilio’s as far as the sequences need. It has no time. A status names no customer, only the message,
 * so the host looks up whom it sent that message to.
 */
export function readTwilio({ params }: JsonObject, recipientOf: (messageId: string) => string): readonly Told[] {
  const { MessageSid, MessageStatus, Body } = params as { readonly [name: string]: string }
  const messageId = MessageSid ?? ''
  if (MessageStatus !== undefined) {
    const status = MessageStatus as ReceiptEventInput['status']
    return [{ customerId: recipientOf(messageId), identities: [], events: [{ type: 'receipt', status, messageIds: [messageId] }] }]
  }
  const named = Object.entries(kinds).flatMap(([name, kind]) => {
    const id = (params as { readonly [name: string]: string })[name]?.replace('whatsapp:', '')
    return id === undefined ? [] : [{ id, kind }]
  })
  // Without a phone, `From` is the user id as well.
  const identities = named.filter(({ id }, index) => !named.slice(index + 1).some((other) => other.id === id))
  return [{ customerId: identities[0]?.id ?? '', identities, events: [{ type: 'message', messageId, text: Body ?? '' }] }]
}
