import { field, kindName, present, stringField } from '../fields.js'
import { eventBase, type ItemReading } from '../item-context.js'
import { ofInbox, type WhatsappInbox } from './inbox.js'
import { type IdFields, readPerson } from './people.js'
import { readSeconds } from './times.js'

const actions: Readonly<Record<string, string>> = { control_passed: 'pass', control_taken: 'take' }
const senderFields: IdFields = {
  phone: ['phone_number', 'wa_id'],
  user_id: ['user_id'],
  parent_user_id: ['parent_user_id'],
}

/** Reads a change of who answers a thread. Each of its inner fields may be missing. */
export function readHandover(value: unknown, inbox: WhatsappInbox): ItemReading {
  const type = stringField(value, 'type') ?? ''
  const action = Object.hasOwn(actions, type) ? actions[type] : undefined
  if (action === undefined) return { ignored: `a handover of the kind ${kindName(type)}` }
  const sender = field(value, 'sender')
  const person = readPerson(sender, senderFields, new Map())
  if (person === null) return { refused: 'sender.phone_number and sender.user_id are missing' }
  if ('refused' in person) return person
  const control = field(value, type)
  const summary = field(field(control, 'conversation_context'), 'summary')
  const context = { ...person, ...ofInbox(inbox), fromInbox: false, occurredAt: readSeconds(field(value, 'timestamp')) }
  const payload = present({
    action,
    previousOwnerRole: stringField(control, 'previous_owner_role'),
    newOwnerRole: stringField(control, 'new_owner_role'),
    metadata: stringField(control, 'metadata'),
    summary: stringField(summary, 'text') ?? stringField(field(summary, 'text'), 'body'),
  })
  return { context, events: [{ type: 'handover', payload, direction: 'inbound', ...eventBase(context) }] }
}
