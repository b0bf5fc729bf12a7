import type { CustomerIdentity } from '../../../model/identities.js'
import { field, idText, kindName, stringField } from '../fields.js'
import { eventBase, type ItemReading } from '../item-context.js'
import { ofInbox, type WhatsappInbox } from './inbox.js'
import { type IdFields, identitiesOf, readIds } from './people.js'
import { readSeconds } from './times.js'

export function isNotice(message: unknown): boolean {
  return stringField(message, 'type') === 'system'
}

/** The old ids are those of the sender, where `system` does not tell them. `from` is the old number. */
const previousFields: IdFields = { phone: [], user_id: ['previous_user_id'], parent_user_id: ['previous_parent_user_id'] }
const senderFields: IdFields = { phone: ['from'], user_id: ['from_user_id'], parent_user_id: ['from_parent_user_id'] }
const currentFields: IdFields = { phone: ['new_wa_id'], user_id: ['user_id'], parent_user_id: ['parent_user_id'] }

/**
 * Reads a message of the type `system`. A change of ids is a notice; others say nothing of a conversation. The text in
 * its `body` has ids as well, but a sentence is never evidence.
 */
export function readNotice(message: unknown, inbox: WhatsappInbox): ItemReading {
  const system = field(message, 'system')
  const type = stringField(system, 'type') ?? ''
  if (!/changed_(number|user_id)$/.test(type)) return { ignored: `system ${kindName(type)}: no change of ids and no message` }
  // Older notices call the new number `new_wa_id`, and may have the old one as `wa_id`.
  const newNumber = field(system, 'new_wa_id') ?? field(system, 'wa_id')
  const oldNumber = field(message, 'from') ?? field(system, 'customer')
  const current = readIds({ ...Object(system), new_wa_id: newNumber }, currentFields)
  const told = readIds(system, previousFields)
  const sender = readIds({ ...Object(message), from: oldNumber }, senderFields)
  if ('refused' in current) return current
  if ('refused' in told) return told
  if ('refused' in sender) return sender
  return readChange(identitiesOf({ ...sender, ...told }), identitiesOf(current), message, inbox)
}

/** Reads an element of `user_id_update`, which other providers forward. */
export function readUserIdUpdate(update: unknown, inbox: WhatsappInbox): ItemReading {
  const read = (which: 'previous' | 'current') => {
    const ids = { user_id: field(field(update, 'user_id'), which), parent_user_id: field(field(update, 'parent_user_id'), which) }
    return readIds(ids, { phone: [], user_id: ['user_id'], parent_user_id: ['parent_user_id'] })
  }
  const [previous, current, number] = [
    read('previous'),
    read('current'),
    readIds(update, { phone: ['wa_id'], user_id: [], parent_user_id: [] }),
  ]
  if ('refused' in previous) return previous
  if ('refused' in current) return current
  if ('refused' in number) return number
  return readChange(identitiesOf(previous), [...identitiesOf(current), ...identitiesOf(number)], update, inbox, number.phone)
}

function readChange(
  previous: readonly CustomerIdentity[],
  current: readonly CustomerIdentity[],
  told: unknown,
  inbox: WhatsappInbox,
  number?: string,
): ItemReading {
  if (current.length === 0) return { refused: 'the notice names no new id' }
  // An id that stays, such as a parent's, is no previous one.
  const former = previous.filter(({ id }) => current.every((each) => each.id !== id))
  const [first] = former
  if (first === undefined) return { ignored: 'the notice names no previous id: nothing to link' }
  const occurredAt = readSeconds(field(told, 'timestamp'))
  const context = { ...ofInbox(inbox), customerId: number ?? first.id, fromInbox: false, occurredAt }
  const eventId = idText(field(told, 'id'))
  return {
    context,
    events: [{ type: 'identity_change', previous: former, current, ...(eventId !== null && { eventId }), ...eventBase(context) }],
  }
}
