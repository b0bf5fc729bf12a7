import type { JsonObject } from '../../../model/json.js'
import { field, idText, present, readId, storableObject, stringField } from '../fields.js'
import { eventBase, type ItemContext, type Reading } from '../item-context.js'

/**
 * Reads a button press. One without a `mid` is recognised by the customer, the time and the payload when it is sent
 * again.
 */
export function readPostback(item: unknown, context: ItemContext): Reading {
  if (context.fromInbox) return { ignored: 'a postback of the page itself' }
  const postback = field(item, 'postback')
  const mid = readId(field(postback, 'mid'), 'postback.mid')
  if (mid !== null && 'refused' in mid) return mid
  const payload = present({
    payload: stringField(postback, 'payload'),
    title: stringField(postback, 'title'),
    referral: storableObject(field(postback, 'referral')),
    standby: context.standby || null,
  })
  return { events: [{ type: 'postback', payload, ...(mid !== null && { messageId: mid.id }), ...eventBase(context) }] }
}

export function readReferral(item: unknown, context: ItemContext): Reading {
  return fact('referral', storableObject(field(item, 'referral')), context)
}

/**
 * Only these fields are kept. An opt-in also carries the token that lets its holder write to the customer, and a token
 * does not belong in a history.
 */
const optinFields = [
  'type',
  'ref',
  'payload',
  'title',
  'topic',
  'notification_messages_frequency',
  'notification_messages_timezone',
  'notification_messages_status',
  'user_token_status',
]

export function readOptin(item: unknown, context: ItemContext): Reading {
  const optin = storableObject(field(item, 'optin')) ?? {}
  return fact('optin', present(Object.fromEntries(optinFields.map((name) => [name, optin[name]]))), context)
}

export function readHandover(action: 'pass' | 'take' | 'request', item: unknown, context: ItemContext): Reading {
  const control = field(item, `${action}_thread_control`)
  const payload = present({
    action,
    newOwnerAppId: idText(field(control, 'new_owner_app_id')),
    previousOwnerAppId: idText(field(control, 'previous_owner_app_id')),
    requestedOwnerAppId: idText(field(control, 'requested_owner_app_id')),
    metadata: stringField(control, 'metadata'),
  })
  return fact('handover', payload, context)
}

function fact(type: 'referral' | 'optin' | 'handover', given: JsonObject | null, context: ItemContext): Reading {
  const payload = context.standby ? { ...given, standby: true } : given
  return { events: [{ type, payload, direction: context.fromInbox ? 'outbound' : 'inbound', ...eventBase(context) }] }
}
