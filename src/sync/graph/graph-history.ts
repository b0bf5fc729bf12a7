import { ConversationStoreError } from '../../model/errors.js'
import type { HistoryPage, HistorySource, ReadPagesOptions } from '../source.js'
import { type BodyReading, createGraphClient, type GraphClient } from './client.js'
import { type Collected, logLeftOut, nothingCollected, type Rest } from './collected.js'
import { type Position, positionOf, toCursor } from './cursor.js'
import { type GraphAccess, type GraphHistoryOptions, graphAccess } from './options.js'
import { type ReadingOptions, readConversation, readMessages } from './read-conversations.js'
import { type GraphList, graphSchemas, nextOf, readWith } from './schemas.js'

/**
 * The past of a page on Messenger or of an Instagram account, from Meta's Graph API. One page is one answer: 25
 * conversations with their newest messages, or up to 100 older messages of one conversation. So a reader that is
 * stopped asks for one answer again at most. Throws VALIDATION_FAILED for options that make no sense.
 */
export function graphHistory(options: GraphHistoryOptions): HistorySource {
  const access = graphAccess(options)
  const client = createGraphClient(access)
  return {
    name: access.host,
    channel: access.platform,
    order: 'updated-desc',
    async *pages(reading) {
      let position: Position | null = positionOf(reading.cursor)
      while (position !== null) {
        const { collected, next }: Step = await step(access, client, position, reading)
        logLeftOut(access.logger, collected)
        const { conversations, invalid, unreadable } = collected
        const cursor = toCursor(next)
        const page: HistoryPage = { conversations, cursor, invalid, unreadable }
        yield page
        position = cursor === null ? null : next
      }
    },
  }
}

interface Step {
  readonly collected: Collected
  readonly next: Position
}

/** Reads the answer that comes next from a position. */
async function step(access: GraphAccess, client: GraphClient, position: Position, reading: ReadPagesOptions): Promise<Step> {
  const { ownId, platform } = access
  const options: ReadingOptions = { ownId, platform, since: reading.since ?? null }
  const signal = reading.signal ?? null
  const [first, ...others] = position.rest
  return first === undefined
    ? readList(access, client, position.after ?? null, options, signal)
    : readRest(client, first, { rest: others, after: position.after }, options, signal)
}

async function readList(
  { host }: GraphAccess,
  client: GraphClient,
  after: string | null,
  options: ReadingOptions,
  signal: AbortSignal | null,
): Promise<Step> {
  const answer = await client.get({ list: 'conversations', after }, (body, size) => readPart(body, size, after, true), signal)
  if ('notGiven' in answer) {
    const details = { source: host, attempts: 1, reason: `${answer.notGiven}: check pageId and the fields`, retryAfterMs: null }
    throw new ConversationStoreError('SOURCE_UNAVAILABLE', details, { retryable: false })
  }
  const collected = nothingCollected()
  for (const [index, item] of answer.read.data.entries()) readConversation(item, `data[${index}]`, options, collected)
  const next = nextOf(answer.read)
  return { collected, next: { rest: collected.rest, after: next === null || areAllOlder(collected, options) ? null : next.after } }
}

/** Reads further messages of one conversation. */
async function readRest(
  client: GraphClient,
  { conversationId, customerId, updatedAt, after }: Rest,
  left: Position,
  options: ReadingOptions,
  signal: AbortSignal | null,
): Promise<Step> {
  const answer = await client.get({ list: 'messages', conversationId, after }, (body, size) => readPart(body, size, after, false), signal)
  const collected = nothingCollected()
  if ('notGiven' in answer) {
    // The API does not tell what was deleted from what is older than it gives, so nothing is said to be deleted.
    const reason = `are not given (${answer.notGiven}): they are deleted, or older than those that can be read`
    collected.unreadable.push({ what: 'message', path: 'data', reason, count: 1 })
    return { collected, next: left }
  }
  const thread = { conversationId, customerId, updatedAt: updatedAt === null ? null : new Date(updatedAt) }
  const events = readMessages(answer.read, '', thread, options, collected)
  if (events.length > 0) collected.conversations.push({ customerId, updatedAt: thread.updatedAt, events })
  return { collected, next: { ...left, rest: [...collected.rest, ...left.rest] } }
}

/**
 * Reads an answer as a list. A list whose cursor is the one it was asked with would be read for ever, and the list of
 * conversations can not go on without a cursor.
 */
function readPart(body: unknown, size: number, after: string | null, needsCursor: boolean): BodyReading<GraphList> {
  const list = readWith(graphSchemas().list, body)
  if ('failed' in list) return list
  if (list.read.data.length > size) return { failed: 'data has more than was asked for' }
  const next = nextOf(list.read)
  if (next !== null && next.after === null && needsCursor) return { failed: 'paging has a next page and no cursor' }
  if (next !== null && next.after !== null && next.after === after) return { failed: 'paging.cursors.after is where it was' }
  return list
}

/** Whether the list has come to what was read completely before. */
function areAllOlder({ conversations }: Collected, { since }: ReadingOptions): boolean {
  return since !== null && conversations.length > 0 && conversations.every(({ updatedAt }) => updatedAt !== null && updatedAt < since)
}
