import type { EventInput } from '../../model/event-inputs.js'
import { field, type Refused } from '../reading/fields.js'
import { type ItemContext, type Reading, readOccurredAt, readParticipants } from '../reading/item-context.js'
import { readEdit, readReaction } from './changes.js'
import { readHandover, readOptin, readPostback, readReferral } from './facts.js'
import { readMessage } from './message.js'
import { readDelivery, readRead } from './receipts.js'

const readers: Readonly<Record<string, (item: unknown, context: ItemContext) => Reading>> = {
  message: readMessage,
  message_edit: readEdit,
  postback: readPostback,
  reaction: readReaction,
  delivery: readDelivery,
  read: readRead,
  referral: readReferral,
  optin: readOptin,
  pass_thread_control: readHandover('pass'),
  take_thread_control: readHandover('take'),
  request_thread_control: readHandover('request'),
}

/** They concern the page, the app or an account elsewhere; a linking code is a secret besides. */
const notConversations = ['app_roles', 'account_linking', 'policy-enforcement', 'policy_enforcement', 'game_play']

export interface ItemSource {
  readonly item: unknown
  readonly entry: unknown
  readonly pageId: string
  readonly standby: boolean
  readonly localIdFromEcho: (metadata: string) => string | null
}
export type ItemReading = { readonly customerId: string; readonly events: readonly EventInput[] } | Refused | { readonly ignored: string }

/** One element of `messaging` or `standby`. */
export function readItem({ item, entry, pageId, standby, localIdFromEcho }: ItemSource): ItemReading {
  const kinds = Object.keys(readers).filter((kind) => field(item, kind) !== undefined && field(item, kind) !== null)
  if (kinds.length === 0) {
    const known = notConversations.find((kind) => field(item, kind) !== undefined)
    return { ignored: known === undefined ? 'an item of no known kind' : `${known} is not an event of a conversation` }
  }
  const participants = readParticipants(item, pageId)
  if ('refused' in participants) return participants
  const context = { ...participants, oaId: pageId, standby, occurredAt: readOccurredAt(item, entry), localIdFromEcho }
  const readings = kinds.flatMap((kind) => readers[kind]?.(item, context) ?? [])
  const events = readings.flatMap((reading) => ('events' in reading ? reading.events : []))
  if (events.length > 0) return { customerId: participants.customerId, events }
  return readings.find((reading) => 'refused' in reading) ?? readings.find((reading) => 'ignored' in reading) ?? { ignored: 'nothing' }
}
