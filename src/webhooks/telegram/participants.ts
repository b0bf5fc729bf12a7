import { field, type Refused, readId, readName, stringField } from '../reading/fields.js'
import type { ItemContext } from '../reading/item-context.js'
import { readPositive, timeAt } from '../reading/times.js'

export type TelegramContext = ItemContext & { readonly customerId: string }

/**
 * Reads the chat of a message. Its id is the customer in a private chat, and what a reply is sent to. A group is no
 * customer. In the chats of a business account, what the customer did not write came from the account's owner.
 */
export function readChat(message: unknown, oaId: string): TelegramContext | Refused | { readonly ignored: string } {
  const chat = field(message, 'chat')
  const id = readId(field(chat, 'id'), 'chat.id')
  if (id === null) return { refused: 'chat.id is missing' }
  if ('refused' in id) return id
  const type = stringField(chat, 'type') ?? (id.id.startsWith('-') ? 'group' : 'private')
  if (type !== 'private') return { ignored: `a ${['group', 'supergroup', 'channel'].includes(type) ? type : 'shared'} chat` }
  const from = readId(field(field(message, 'from'), 'id'), 'from.id')
  if (from !== null && 'refused' in from) return from
  const isCustomer = from !== null && from.id === id.id
  return {
    oaId,
    customerId: id.id,
    ...(isCustomer && nameOf(field(message, 'from'))),
    fromInbox: from !== null && !isCustomer,
    standby: false,
    occurredAt: readSeconds(field(message, 'date')),
  }
}

/** A person has a first name, and may have a last name. */
export function nameOf(user: unknown): { readonly customerName?: string } {
  const name = readName(field(user, 'first_name'), field(user, 'last_name'))
  return name === null ? {} : { customerName: name }
}

/** Telegram writes times in seconds. A message that it no longer has is of the time 0. */
export function readSeconds(value: unknown): Date | null {
  const seconds = readPositive(value)
  return seconds === null ? null : timeAt(seconds * 1000)
}
