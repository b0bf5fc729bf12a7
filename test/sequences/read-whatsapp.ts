import type { EventInput, ReceiptEventInput } from '../../src/model/event-inputs.js'
import type { CustomerIdentity } from '../../src/model/identities.js'
import type { Json } from '../../src/model/json.js'

/** What one part of a body says of one customer. */
export interface Told {
  readonly customerId: string
  readonly identities: readonly CustomerIdentity[]
  readonly events: readonly EventInput[]
}

const kinds = { phone: '', user_id: '_user_id', parent_user_id: '_parent_user_id' } as const

/**
 * Reads as much of a body of WhatsApp’s Cloud API as the sequences need: messages, echoes, statuses and notices of
 * changed ids. It is no normalizer. The notices of a body come before its messages.
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

/** The ids of one sender or recipient: `from`, `from_user_id`, `from_parent_user_id`. */
function idsOf(from: Json, name: string): readonly CustomerIdentity[] {
  return Object.entries(kinds).flatMap(([kind, suffix]) => {
    const id = field(from, `${name}${suffix}`)
    return typeof id === 'string' ? [{ id, kind }] : []
  })
}

function time(of: Json | undefined): Date {
  return new Date(Number(text(of, 'timestamp')) * 1_000)
}

function field(of: Json | undefined, name: string): Json | undefined {
  return typeof of === 'object' && of !== null && !Array.isArray(of) ? (of as { readonly [key: string]: Json })[name] : undefined
}

function text(of: Json | undefined, name: string): string {
  const value = field(of, name)
  return typeof value === 'string' ? value : ''
}

function list(of: Json | undefined, name: string): readonly Json[] {
  const value = field(of, name)
  return Array.isArray(value) ? value : []
}
