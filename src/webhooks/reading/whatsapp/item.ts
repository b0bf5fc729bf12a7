import { field, isRecord, kindName, readId, stringField } from '../fields.js'
import type { ItemReading, Reading } from '../item-context.js'
import { readEdit, readReaction, readRevoke } from './changes.js'
import { ofInbox, type WhatsappInbox } from './inbox.js'
import { readMessage } from './message.js'
import { isNotice, readNotice } from './notices.js'
import { type Contacts, fromFields, type Person, readIds, readPerson, toFields } from './people.js'
import { readSeconds } from './times.js'
import type { WhatsappContext } from './whatsapp-context.js'

const groupReason = 'a message of a group'

/** Reads an element of `messages`: what a customer sent, or a notice of WhatsApp's about them. */
export function readInbound(message: unknown, inbox: WhatsappInbox, contacts: Contacts): ItemReading {
  if (!isRecord(message)) return { refused: 'not an object' }
  if (isOfGroup(message)) return { ignored: groupReason }
  if (isNotice(message)) return readNotice(message, inbox)
  const person = readPerson(message, fromFields, contacts)
  if (person === null) return { refused: 'from and from_user_id are missing' }
  if ('refused' in person) return person
  const { customerName } = person
  return readTyped(message, message, { ...baseOf(inbox, person), ...(customerName !== undefined && { customerName }), fromInbox: false })
}

/** Reads an element of `message_echoes`: what the inbox sent from its app, or another app sent in its name. */
export function readEcho(echo: unknown, inbox: WhatsappInbox, contacts: Contacts): ItemReading {
  if (!isRecord(echo)) return { refused: 'not an object' }
  const request = field(echo, 'message')
  const said = isRecord(request) ? request : echo
  if (isOfGroup(echo) || isOfGroup(said)) return { ignored: groupReason }
  const person = readRecipient(said, inbox, contacts)
  if (person === null) return { refused: 'to and to_user_id are missing' }
  if ('refused' in person) return person
  return readTyped(echo, said, { ...baseOf(inbox, person), fromInbox: true })
}

/** The inbox sent it, whoever stands in `from`: some echoes have the two swapped. */
function readRecipient(said: unknown, { ownNumber }: WhatsappInbox, contacts: Contacts): ReturnType<typeof readPerson> {
  const to = readIds(said, toFields)
  const isSwapped = !('refused' in to) && to.phone !== undefined && to.phone === ownNumber
  return readPerson(said, isSwapped ? fromFields : toFields, contacts)
}

type Base = Omit<WhatsappContext, 'messageId' | 'said' | 'occurredAt' | 'fromInbox'>

export function baseOf(inbox: WhatsappInbox, { customerId, identities }: Person): Base {
  return { ...ofInbox(inbox), customerId, identities }
}

/** Reads what was said by its type. `outer` has the id and the time. */
export function readTyped(outer: unknown, said: unknown, base: Base & { readonly fromInbox: boolean }): ItemReading {
  const id = readId(field(outer, 'id'), 'id')
  if (id === null) return { refused: 'id is missing' }
  if ('refused' in id) return id
  const context = { ...base, messageId: id.id, said, occurredAt: readSeconds(field(outer, 'timestamp')) }
  const reading = readByType(context)
  return 'events' in reading ? { context, events: reading.events } : reading
}

function readByType(context: WhatsappContext): Reading {
  const type = stringField(context.said, 'type')
  switch (type) {
    case 'reaction':
      return readReaction(context)
    case 'edit':
      return readEdit(context)
    case 'revoke':
      return readRevoke(context)
    case 'request_welcome':
      return { ignored: `${kindName(type)}: a chat was opened, and nothing was said` }
    default:
      return readMessage(context)
  }
}

export function isOfGroup(message: unknown): boolean {
  const group = field(message, 'group_id') ?? null
  const from = stringField(message, 'from') ?? ''
  return group !== null || stringField(message, 'recipient_type') === 'group' || from.endsWith('@g.us')
}
