import type { ReceiptEventInput } from '../../src/model/event-inputs.js'
import type { CustomerIdentity } from '../../src/model/identities.js'
import type { Json } from '../../src/model/json.js'
import { field, list, text, time } from './body.js'
import { readHistory } from './read-whatsapp-history.js'
import { idsOf, type Told } from './told.js'

/**
 * Reads as much of a body of WhatsApp’s Cloud API as the sequences need: messages, echoes, statuses, notices of changed
 * ids, and history (read-whatsapp-history.ts). It is no normalizer. The notices of a body come before its messages.
 */
export function readWhatsapp(body: Json): readonly Told[] {
  const changes = list(body, 'entry').flatMap((entry) => list(entry, 'changes'))
  return changes.flatMap((change) => readChange(text(change, 'field'), field(change, 'value')))
}

function readChange(name: string, value: Json | undefined): readonly Told[] {
  if (name === 'messaging_handovers') {
    const customerId = text(field(value, 'sender'), 'phone_number')
    const event = { type: 'handover', payload: { type: text(value, 'type') }, occurredAt: time(value) } as const
    return [{ customerId, identities: [], events: [event] }]
  }
  if (name === 'history') return readHistory(value)
  const content = name === 'standby' ? field(value, 'standby') : value
  const messages = list(content, 'messages')
  return [
    ...messages.filter(isNotice).map(readNotice),
    ...messages.filter((message) => !isNotice(message)).map((message) => said(message, idsOf(message, 'from'), message, 'inbound')),
    ...list(content, 'message_echoes').map((echo) => {
      const sent = field(echo, 'message') ?? echo
      return said(echo, idsOf(sent, 'to'), sent, 'outbound')
    }),
    ...list(content, 'statuses').map(readStatus),
  ]
}

function isNotice(message: Json): boolean {
  return text(message, 'type') === 'system'
}

function readNotice(message: Json): Told {
  const system = field(message, 'system')
  const ids = (phone: Json | undefined, userId: Json | undefined): readonly CustomerIdentity[] => [
    ...(typeof phone === 'string' ? [{ id: phone, kind: 'phone' }] : []),
    ...(typeof userId === 'string' ? [{ id: userId, kind: 'user_id' }] : []),
  ]
  const previous = ids(field(message, 'from'), field(system, 'previous_user_id'))
  const current = ids(field(system, 'wa_id'), field(system, 'user_id'))
  const event = { type: 'identity_change', previous, current, occurredAt: time(message) } as const
  return { customerId: current[0]?.id ?? '', identities: [], events: [event] }
}

function said(message: Json, identities: readonly CustomerIdentity[], content: Json | undefined, direction: 'inbound' | 'outbound'): Told {
  const event = { type: 'message', direction, messageId: text(message, 'id'), occurredAt: time(message) } as const
  return { customerId: identities[0]?.id ?? '', identities, events: [{ ...event, text: text(field(content, 'text'), 'body') }] }
}

function readStatus(status: Json): Told {
  const phone = text(status, 'recipient_id')
  const identities = [...(phone === '' ? [] : [{ id: phone, kind: 'phone' }]), ...idsOf(status, 'recipient')]
  const event: ReceiptEventInput = {
    type: 'receipt',
    status: text(status, 'status') as ReceiptEventInput['status'],
    messageIds: [text(status, 'id')],
    occurredAt: time(status),
  }
  return { customerId: identities[0]?.id ?? '', identities, events: [event] }
}
