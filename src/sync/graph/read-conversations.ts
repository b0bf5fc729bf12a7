import type { EventInput } from '../../model/event-inputs.js'
import { limits } from '../../model/limits.js'
import { field, idText, isRecord } from '../../webhooks/reading/fields.js'
import { readTime } from '../../webhooks/reading/messaging/times.js'
import type { HistoryConversation } from '../source.js'
import type { Collected } from './collected.js'
import type { GraphAccess } from './options.js'
import { readMessage } from './read-message.js'
import { type GraphList, graphSchemas, nextOf, type Participant, readWith } from './schemas.js'

export interface ReadingOptions extends Pick<GraphAccess, 'ownId' | 'platform'> {
  /** What is older is not followed into further pages of a conversation. */
  readonly since: Date | null
}

/** Reads one conversation of the list, with its first messages. A bad one costs none of its neighbours. */
export function readConversation(item: unknown, path: string, options: ReadingOptions, into: Collected): void {
  if (!isRecord(item)) {
    into.invalid.push({ what: 'conversation', path, reason: 'is not an object', count: 1 })
    return
  }
  const customer = customerIn(field(item, 'participants'), `${path}.participants`, options, into)
  if (customer === null) return
  const thread: Thread = {
    conversationId: idText(field(item, 'id')),
    customerId: customer.id,
    updatedAt: readTime(field(item, 'updated_time')),
  }
  const events = readFirstMessages(field(item, 'messages'), `${path}.messages`, thread, options, into)
  into.conversations.push({ customerId: thread.customerId, ...namesOf(customer), updatedAt: thread.updatedAt, events })
}

/**
 * Finds the participant who is not the inbox. Null if there is none, or more than one: the messages of several people
 * would become those of one, and be stored twice once the others write by themselves.
 */
function customerIn(participants: unknown, path: string, { ownId }: ReadingOptions, into: Collected): Participant | null {
  const invalid = (at: string, reason: string) => into.invalid.push({ what: 'participant', path: at, reason, count: 1 })
  const list = readWith(graphSchemas().list, participants)
  if ('failed' in list) {
    invalid(path, list.failed)
    return null
  }
  const customers = new Map<string, Participant>()
  let namesInbox = false
  list.read.data.forEach((given, index) => {
    const checked = readWith(graphSchemas().participant, given)
    if ('failed' in checked) invalid(`${path}.data[${index}]`, checked.failed)
    else if (isOwn(checked.read, ownId)) namesInbox = true
    else customers.set(checked.read.id, checked.read)
  })
  const [customer, second] = customers.values()
  if (customer === undefined) invalid(path, 'names no customer')
  if (second === undefined) return customer ?? null
  if (namesInbox)
    into.unreadable.push({ what: 'conversation', path, reason: 'names several customers, and a conversation has one', count: 1 })
  // Nobody knows who of them the customer is. It is so everywhere if the host gave the id of another inbox.
  else invalid(path, 'does not name the inbox itself: check pageId and instagramId')
  return null
}

/** Whose messages a list has. */
export interface Thread {
  /** Null where the API does not tell it. Then no further messages can be asked for. */
  readonly conversationId: string | null
  readonly customerId: string
  readonly updatedAt: Date | null
}

function readFirstMessages(messages: unknown, path: string, thread: Thread, options: ReadingOptions, into: Collected) {
  if (messages === undefined || messages === null) {
    // Instagram lists conversations of the requests folder, and gives no messages of them.
    const reason = 'is missing, as it is for a conversation in the requests folder'
    if (options.platform === 'instagram') into.unreadable.push({ what: 'message', path, reason, count: 1 })
    return []
  }
  const list = readWith(graphSchemas().list, messages)
  if ('read' in list) return readMessages(list.read, path, thread, options, into)
  into.invalid.push({ what: 'message', path, reason: list.failed, count: 1 })
  return []
}

/**
 * Reads the messages of a list, which has the newest first, and returns their events with the oldest first: of two
 * messages of one second, that order is the only thing that tells which came before. What follows goes into `rest`.
 */
export function readMessages(
  list: GraphList,
  path: string,
  thread: Thread,
  options: ReadingOptions,
  into: Collected,
): readonly EventInput[] {
  const { conversationId, customerId, updatedAt } = thread
  const readings = list.data.map((item, index) =>
    readMessage(item, `${path === '' ? '' : `${path}.`}data[${index}]`, { ...options, customerId }),
  )
  for (const { invalid, unreadable } of readings) {
    into.invalid.push(...invalid)
    into.unreadable.push(...unreadable)
  }
  const events = readings.toReversed().flatMap((reading) => reading.events)
  const next = nextOf(list)
  const oldest = events[0]?.occurredAt
  if (next === null || (options.since !== null && oldest !== undefined && oldest < options.since)) return events
  const older = (reason: string) =>
    into.unreadable.push({ what: 'message', path: `${path === '' ? '' : `${path}.`}paging`, reason, count: 1 })
  if (list.data.length > 0 && readings.every(({ unreadable }) => unreadable.length > 0))
    older('leads to messages older than those that can be read')
  else if (next.after === null) older('has a next page and no cursor, so older messages can not be asked for')
  else if (conversationId === null) older('has a next page, but the conversation has no id')
  else into.rest.push({ conversationId, customerId, updatedAt: updatedAt?.getTime() ?? null, after: next.after })
  return events
}

function isOwn(person: Participant, ownId: string): boolean {
  return person.id === ownId || idText(person.user_id) === ownId
}

function namesOf({ name, username }: Participant): Pick<HistoryConversation, 'customerName' | 'customerUsername'> {
  return {
    ...(isName(name) && { customerName: name }),
    ...(isName(username) && { customerUsername: username }),
  }
}

/** A name that the store takes. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && Buffer.byteLength(value) <= limits.nameBytes
}
