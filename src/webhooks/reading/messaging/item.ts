import { field, isRecord } from '../fields.js'
import type { ItemReading, Reading } from '../item-context.js'
import { readEdit, readReaction } from './changes.js'
import { readHandover, readOptin, readPostback, readReferral } from './facts.js'
import { readMessage } from './message.js'
import type { MessagingReading, MessengerContext } from './messaging-context.js'
import { readParticipants } from './participants.js'
import { readDelivery, readRead } from './receipts.js'
import { readOccurredAt } from './times.js'

/** This table holds functions and calls none. A bundler would have to keep a call even for a host without Messenger. */
const readers: Readonly<Record<string, (item: unknown, context: MessengerContext) => Reading>> = {
  message: readMessage,
  message_edit: readEdit,
  postback: readPostback,
  reaction: readReaction,
  delivery: readDelivery,
  read: readRead,
  referral: readReferral,
  optin: readOptin,
  pass_thread_control: (item, context) => readHandover('pass', item, context),
  take_thread_control: (item, context) => readHandover('take', item, context),
  request_thread_control: (item, context) => readHandover('request', item, context),
}

/** These concern the page, the app or an account elsewhere. The code of an account linking is a secret as well. */
const notConversations = ['app_roles', 'account_linking', 'policy-enforcement', 'policy_enforcement', 'game_play']

/** One element of `messaging` or `standby`, and where it stood in the body. */
export interface ItemSource {
  readonly item: unknown
  readonly entry: unknown
  readonly pageId: string
  readonly standby: boolean
}

/** Reads one item. An item may be of several kinds at once, and then gives the events of each kind. */
export function readItem({ item, entry, pageId, standby }: ItemSource, options: MessagingReading): ItemReading {
  if (!isRecord(item)) return { refused: 'not an object' }
  const kinds = Object.keys(readers).filter((kind) => field(item, kind) !== undefined && field(item, kind) !== null)
  if (kinds.length === 0) {
    const known = notConversations.find((kind) => field(item, kind) !== undefined)
    return { ignored: known === undefined ? 'an item of no known kind' : `${known} is not an event of a conversation` }
  }
  const participants = readParticipants(item, pageId)
  if ('refused' in participants) return participants
  const context = { ...participants, ...options, oaId: pageId, standby, occurredAt: readOccurredAt(item, entry) }
  const readings = kinds.flatMap((kind) => readers[kind]?.(item, context) ?? [])
  const events = readings.flatMap((reading) => ('events' in reading ? reading.events : []))
  if (events.length > 0) return { context, events }
  const refused = readings.find((reading) => 'refused' in reading)
  return refused ?? readings.find((reading) => 'ignored' in reading) ?? { ignored: 'nothing' }
}
