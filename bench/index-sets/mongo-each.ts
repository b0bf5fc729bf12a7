import { randomUUID } from 'node:crypto'
import type { Collection, Db } from 'mongodb'
import type { DeclaredIndex } from '../../src/mongo/migrator/indexes/declared-index.js'
import { storeIndexes } from '../../src/mongo/schema/indexes.js'
import { platformIndexes } from '../../src/platform/mongo/indexes.js'
import { type Meter, timeInRounds, type Writer } from './rounds.js'

type Stored = Record<string, unknown> & { _id: string }

/** What one index of the platform costs in addition to those of the store. */
export interface IndexCost {
  readonly index: string
  readonly write: string
  /** Microseconds of the server's processor per document, compared with the store's indexes alone. */
  readonly extra: number
  /** Bytes on the disk that the index takes per document, measured on the collections as they are at the end. */
  readonly bytes: number
  readonly ratio: { readonly median: number; readonly q1: number; readonly q3: number }
}

const atOnce = 400
const already = 4_000

/**
 * Writes documents like the models, 400 at a time without waiting for the disk, into collections that differ in one
 * index. Half of the messages are inbound. Of the others, every second one was sent by a bot and every second one was
 * read.
 */
export async function costOfEachIndex(
  db: Db,
  models: { conversation: Stored; message: Stored },
  rounds: number,
  meter: Meter,
): Promise<readonly IndexCost[]> {
  const costs: IndexCost[] = []
  for (const { name, write, prepare } of [
    newMessages(models.message),
    newConversations(models.conversation),
    activity(models.conversation),
  ]) {
    const platform = platformIndexes.filter(({ collection }) => collection === name)
    const writers: Writer[] = []
    const opened: Collection<Stored>[] = []
    for (const added of [[], ...platform.map((index) => [index]), platform, []]) {
      const collection = await openCollection(db, name, added)
      opened.push(collection)
      await prepare(collection)
      const [index] = added
      const alone = writers.length === 0 ? 'the store’s alone' : 'the store’s alone, again'
      const label = index === undefined ? alone : added.length === 1 ? index.options.name : 'all of these'
      writers.push({ name: label, write: () => write.run(collection) })
    }
    const timed = await timeInRounds(writers, rounds, meter)
    const base = timed[0]?.time ?? Number.NaN
    const bytes = await bytesOfIndexes(db, opened)
    for (const [place, { name: index, time, ratio }] of timed.entries()) {
      if (place === 0) continue
      const extra = ((time - base) * 1_000) / atOnce
      costs.push({ index, write: write.name, extra, ratio, bytes: (bytes[place] ?? 0) - (bytes[0] ?? 0) })
    }
  }
  return costs
}

/** Bytes on the disk that the indexes of each collection take per document. */
async function bytesOfIndexes(db: Db, collections: readonly Collection<Stored>[]): Promise<readonly number[]> {
  await db.admin().command({ fsync: 1 })
  const stats = await Promise.all(collections.map(({ collectionName }) => db.command({ collStats: collectionName })))
  return stats.map(({ totalIndexSize, count }) => Number(totalIndexSize) / Number(count))
}

async function openCollection(db: Db, name: string, added: readonly DeclaredIndex[]): Promise<Collection<Stored>> {
  const collection = db.collection<Stored>(`${name}_${randomUUID()}`, { writeConcern: { w: 1, journal: false } })
  const own = [...storeIndexes.filter((each) => each.collection === name), ...added]
  await db.command({ createIndexes: collection.collectionName, indexes: own.map(({ key, options }) => ({ key, ...options })) })
  return collection
}

interface Work {
  readonly name: string
  readonly write: { readonly name: string; run(collection: Collection<Stored>): Promise<unknown> }
  prepare(collection: Collection<Stored>): Promise<unknown>
}

const minute = 60_000

function newMessages(model: Stored): Work {
  let made = 0
  const batch = (count: number) => Array.from({ length: count }, () => messageLike(model, made++))
  return {
    name: 'messages',
    write: { name: 'a new message', run: (collection) => collection.insertMany(batch(atOnce), { ordered: false }) },
    prepare: (collection) => collection.insertMany(batch(already), { ordered: false }),
  }
}

function messageLike(model: Stored, number: number): Stored {
  const isInbound = number % 2 === 0
  const isBots = number % 4 === 1
  const isRead = !isInbound && (number >> 2) % 2 === 0
  const at = new Date(Date.UTC(2030, 0, 1) + number * minute)
  return {
    ...model,
    _id: randomUUID(),
    conversation_id: `conversation-${number % 997}`,
    contact_inbox_id: `contact-inbox-${number % 997}`,
    seq: number,
    message_id: `mid.${number}`,
    direction: isInbound ? 'inbound' : 'outbound',
    sender_id: isInbound ? `customer-${number % 997}` : `agent-${number % 20}`,
    sender_type: isInbound ? 'customer' : isBots ? 'bot' : 'agent',
    status: isInbound ? null : isRead ? 'read' : 'sent',
    occurred_at: at,
    read_at: isRead ? at : null,
  }
}

function newConversations(model: Stored): Work {
  let made = 0
  const batch = (count: number) => Array.from({ length: count }, () => conversationLike(model, made++))
  return {
    name: 'conversations',
    write: { name: 'a new conversation', run: (collection) => collection.insertMany(batch(atOnce), { ordered: false }) },
    prepare: (collection) => collection.insertMany(batch(already), { ordered: false }),
  }
}

/** Changes what an inbound message changes in a known customer's conversation. */
function activity(model: Stored): Work {
  let changed = 0
  const change = () => {
    changed += 1
    const at = new Date(Date.UTC(2031, 0, 1) + changed * minute)
    const times = { last_message_at: at, last_inbound_at: at, last_activity_at: at, window_expires_at: at, updated_at: at }
    const update = { $set: { ...times, version: changed, unread_count: changed, last_seq: changed } }
    return { updateOne: { filter: { _id: `conversation-${(changed * 7) % already}` }, update } }
  }
  return {
    name: 'conversations',
    write: {
      name: 'a message in a conversation',
      run: (collection) => collection.bulkWrite(Array.from({ length: atOnce }, change), { ordered: false }),
    },
    prepare: (collection) =>
      collection.insertMany(Array.from({ length: already }, (_, n) => ({ ...conversationLike(model, n), _id: `conversation-${n}` }))),
  }
}

function conversationLike(model: Stored, number: number): Stored {
  const at = new Date(Date.UTC(2030, 0, 1) + number * minute)
  const { active: _, ...closed } = model
  const isClosed = number % 2 === 1
  return {
    ...(isClosed ? closed : model),
    _id: randomUUID(),
    customer_id: `customer-${number}`,
    contact_inbox_id: `contact-inbox-${number}`,
    contact_id: `contact-${number}`,
    status: isClosed ? 'closed' : 'open',
    closed_at: isClosed ? at : null,
    last_activity_at: at,
    window_expires_at: at,
    created_at: at,
  }
}
