import type { OtherEventInput } from '../../model/event-inputs.js'
import { present, stringField } from '../reading/fields.js'
import { eventBase, type ItemReading } from '../reading/item-context.js'
import { readFollower } from './participants.js'

const types: Readonly<Record<string, OtherEventInput['type']>> = {
  follow: 'custom:contact_follow',
  unfollow: 'custom:contact_unfollow',
  user_click_chatnow: 'referral',
  user_withdraw: 'custom:data_deletion_request',
}

/** Reads what a customer did beside writing. Who withdraws asks that what is known of them be deleted. */
export function readFact(event: unknown, name: string): ItemReading {
  const type = types[name]
  const context = readFollower(event)
  if ('refused' in context) return context
  if (type === undefined) return { ignored: 'no event of a conversation' }
  const source = stringField(event, 'source') ?? (name === 'user_click_chatnow' ? 'chatnow' : null)
  return { context, events: [{ type, direction: 'inbound', payload: present({ source }), ...eventBase(context) }] }
}
