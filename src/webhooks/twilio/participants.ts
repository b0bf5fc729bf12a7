import type { CustomerIdentity } from '../../model/identities.js'
import { field, type Refused, readId, stringField } from '../reading/fields.js'
import type { ItemContext } from '../reading/item-context.js'

/** Who wrote to whom, and on which channel. */
export interface Participants {
  readonly channel: 'sms' | 'whatsapp'
  /** Null where a status names no number and the host names no inbox. */
  readonly oaId: string | null
  /** Null where a status names no number. */
  readonly customerId: string | null
  readonly identities: readonly CustomerIdentity[]
}

/** What every item of Twilio's has. */
export function contextOf({ channel, customerId, identities }: Participants, oaId: string): ItemContext {
  return {
    oaId,
    customerId,
    channel,
    provider: 'twilio',
    fromInbox: false,
    standby: false,
    occurredAt: null,
    ...(identities.length > 0 && { identities }),
    // A host may have connected the number of WhatsApp without its prefix, where it carries nothing else.
    ...(oaId.startsWith('whatsapp:') && { otherwise: { oaId: oaId.slice('whatsapp:'.length), customerId } }),
  }
}

type Address = { readonly prefix: string; readonly id: string }

/**
 * Reads the two numbers. A status is of a message that the inbox sent, so there `From` is the inbox. The prefix tells
 * the channel. Where it is missing on a number of WhatsApp, the `oaId` of the route tells it.
 */
export function readParticipants(
  body: unknown,
  oaId: string | undefined,
  direction: 'inbound' | 'outbound',
): Participants | Refused | { readonly ignored: string } {
  const [theirs, ours] = direction === 'inbound' ? (['From', 'To'] as const) : (['To', 'From'] as const)
  const customer = readAddress(body, theirs)
  const inbox = readAddress(body, ours)
  if (customer !== null && 'refused' in customer) return customer
  if (inbox !== null && 'refused' in inbox) return inbox
  if (direction === 'inbound' && customer === null) return { refused: 'From is missing' }
  if (direction === 'inbound' && inbox === null) return { refused: 'To is missing' }
  const prefix = customer?.prefix || inbox?.prefix || stringField(body, 'ChannelPrefix') || prefixOf(oaId, inbox?.id)
  if (prefix !== '' && prefix !== 'whatsapp' && prefix !== 'sms') return { ignored: 'neither SMS nor WhatsApp' }
  const channel = prefix === 'whatsapp' ? 'whatsapp' : 'sms'
  const identities = channel === 'whatsapp' && customer !== null ? readIdentities(body, customer.id) : []
  if ('refused' in identities) return identities
  return { channel, oaId: inboxId(body, inbox, channel, oaId), customerId: customer?.id ?? null, identities }
}

/** A messaging service has many numbers. It is the inbox where the host has connected it as one. */
function inboxId(body: unknown, inbox: Address | null, channel: string, oaId: string | undefined): string | null {
  const isService = oaId !== undefined && oaId === stringField(body, 'MessagingServiceSid')
  const id = inbox === null || isService ? (oaId ?? null) : inbox.id
  return channel === 'whatsapp' && id !== null && /^\+?\d+$/.test(id) ? `whatsapp:${id}` : id
}

function prefixOf(oaId: string | undefined, inbox: string | undefined): string {
  return oaId?.startsWith('whatsapp:') && (inbox === undefined || oaId === `whatsapp:${inbox}`) ? 'whatsapp' : ''
}

/**
 * Reads a number with its prefix. A form that was decoded twice has a space for the plus. Without the plus the number
 * would be another person's id, so such a number is refused.
 */
function readAddress(body: unknown, name: string): Address | Refused | null {
  const read = readId(field(body, name), name)
  if (read === null || 'refused' in read) return read
  const [, prefix = '', id = ''] = /^(?:([a-z]+):)?(.*)$/s.exec(read.id) ?? []
  if (id === '' || id !== id.trim()) return { refused: `${name} is no number: its plus was lost` }
  return /^\d{9,}$/.test(id) ? { refused: `${name} is no number: it has no plus` } : { prefix, id }
}

/** The names of people and their usernames change hands, so they are no ids. */
function readIdentities(body: unknown, customerId: string): readonly CustomerIdentity[] | Refused {
  const identities: CustomerIdentity[] = [{ id: customerId, kind: kindOf(customerId) }]
  for (const [name, kind] of [
    ['ExternalUserId', 'user_id'],
    ['ParentExternalUserId', 'parent_user_id'],
  ] as const) {
    const read = readId(field(body, name), name)
    if (read === null) continue
    if ('refused' in read) return read
    const id = read.id.replace(/^whatsapp:/, '')
    if (id !== '' && identities.every((each) => each.id !== id && each.kind !== kind)) identities.push({ id, kind })
  }
  return identities
}

function kindOf(id: string): string {
  if (/^\+?\d+$/.test(id)) return 'phone'
  return /^[A-Za-z]{2}\.ENT\./.test(id) ? 'parent_user_id' : 'user_id'
}
