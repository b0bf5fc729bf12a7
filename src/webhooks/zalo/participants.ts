import { field, type Id, type Refused, readId } from '../reading/fields.js'
import type { ItemContext } from '../reading/item-context.js'
import { readTime } from './times.js'

export type ZaloContext = ItemContext & { readonly customerId: string }
type Place = 'sender' | 'recipient'

/**
 * Reads who wrote to whom. `account` says at which place the official account stands by the name of the event. Sources
 * contradict each other about receipts and reactions, of which it is not sure. There an id that the host knows decides,
 * which is the `oaId` of the route or the inbox that is connected.
 */
export function readParticipants(event: unknown, account: Place, oaId: string | undefined, isSure: boolean): ZaloContext | Refused {
  const ours = readPlace(event, account)
  const theirs = readPlace(event, account === 'sender' ? 'recipient' : 'sender')
  if ('refused' in ours) return ours
  if ('refused' in theirs) return theirs
  if (ours.id === theirs.id) return { refused: 'sender.id and recipient.id are the same' }
  const named = oaId ?? accountIdIn(event)
  const isOther = !isSure && named === theirs.id
  const isKnown = isSure || named === ours.id || isOther
  const time = readTime(event)
  if (time !== null && 'refused' in time) return time
  return {
    oaId: isOther ? theirs.id : ours.id,
    customerId: isOther ? ours.id : theirs.id,
    fromInbox: account === 'sender',
    standby: false,
    occurredAt: time,
    ...(!isKnown && { otherwise: { oaId: theirs.id, customerId: ours.id } }),
  }
}

/** Reads an event that names the account as `oa_id`, and the customer in one of several places. */
export function readFollower(event: unknown): ZaloContext | Refused {
  const account = readId(field(event, 'oa_id'), 'oa_id')
  if (account === null) return { refused: 'oa_id is missing' }
  if ('refused' in account) return account
  const follower = field(field(event, 'follower'), 'id') ?? field(event, 'user_id') ?? field(field(event, 'sender'), 'id')
  const customer = readId(follower, 'follower.id or user_id')
  if (customer === null) return { refused: 'follower.id and user_id are missing' }
  if ('refused' in customer) return customer
  const time = readTime(event)
  if (time !== null && 'refused' in time) return time
  return { oaId: account.id, customerId: customer.id, fromInbox: false, standby: false, occurredAt: time }
}

function readPlace(event: unknown, place: Place): Id | Refused {
  return readId(field(field(event, place), 'id'), `${place}.id`) ?? { refused: `${place}.id is missing` }
}

function accountIdIn(event: unknown): string | undefined {
  const read = readId(field(event, 'oa_id'), 'oa_id')
  return read !== null && 'id' in read ? read.id : undefined
}
