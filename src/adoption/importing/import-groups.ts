import type { ImportAccount, ImportStore } from '../import-types.js'
import { conversationParts } from './conversation-parts.js'
import type { LegacyGroup } from './group-rows.js'
import type { ImportedEvent, ImportItem } from './import-items.js'
import type { ImportTables } from './import-tables.js'
import type { LegacySource, Rejection } from './legacy-source.js'
import { readMessage } from './read-message.js'
import { refusedBecause } from './refusals.js'
import { openedAt, withoutMessages } from './stand-in.js'
import { type ItemsWritten, nothingWritten, writeItems } from './write-items.js'

export interface ImportWork {
  readonly source: LegacySource
  readonly store: ImportStore
  readonly tables: ImportTables
  /** Throws if the run is to end. Asked before each call of the store. */
  readonly requireGoingOn: () => void
}

/** What the pass counts: conversations, messages, and rows that were refused. */
export type ImportCounts = Readonly<Record<'created' | 'stored' | 'known' | 'refusedConversations' | 'refusedMessages', number>>

const mostItems = 500
const mostEvents = 2_000
/** Of the texts in one call, so that it stays far below what a call may hold. */
const mostCharacters = 4 * 1024 * 1024

/** Brings the customers of a page into the store, and writes out what it refuses. Returns what to count. */
export async function importGroups(work: ImportWork, groups: readonly LegacyGroup[]): Promise<ImportCounts> {
  const counts = { created: 0, stored: 0, known: 0, refusedConversations: 0, refusedMessages: 0 }
  for (const [accountId, ofAccount] of byAccount(groups)) {
    const rejections: Rejection[] = []
    const written = await ofOneAccount(work, accountId, ofAccount, rejections)
    for (const { message, reason } of written.refusedMessages) rejections.push({ table: 'messages', key: message.key, reason })
    for (const [{ rows }, reason] of written.refusedGroups)
      for (const { key } of rows) rejections.push({ table: 'conversations', key, reason })
    await work.source.reject(rejections)
    counts.created += written.created
    counts.stored += written.stored
    counts.known += written.known
    counts.refusedMessages += rejections.filter(({ table }) => table === 'messages').length
    counts.refusedConversations += rejections.filter(({ table }) => table === 'conversations').length
  }
  return counts
}

function byAccount(groups: readonly LegacyGroup[]): ReadonlyMap<string, readonly LegacyGroup[]> {
  const found = new Map<string, LegacyGroup[]>()
  for (const group of groups) pushTo(found, group.accountId, group)
  return found
}

function pushTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

async function ofOneAccount(
  work: ImportWork,
  accountId: string,
  groups: readonly LegacyGroup[],
  rejections: Rejection[],
): Promise<ItemsWritten> {
  const written = nothingWritten()
  let account: ImportAccount
  try {
    account = work.store.forAccount(accountId)
  } catch (error) {
    const reason = refusedBecause(error)
    for (const group of groups) written.refusedGroups.set(group, reason)
    return written
  }
  const writer = { account, table: work.tables.conversations.name, requireGoingOn: work.requireGoingOn, written }
  let waiting: ImportItem[] = []
  let [events, characters] = [0, 0]
  const flush = async () => {
    await writeItems(writer, waiting)
    waiting = []
    events = 0
    characters = 0
  }
  for await (const item of itemsOf({ ...work, account }, groups, rejections)) {
    const size = item.events.reduce((sum, { event }) => sum + charactersOf(event), 0)
    if (waiting.length === mostItems || events + item.events.length > mostEvents || characters + size > mostCharacters) await flush()
    waiting.push(item)
    events += item.events.length
    characters += size
  }
  await flush()
  await snooze(account, groups, written)
  return written
}

function charactersOf(event: ImportedEvent['event']): number {
  return event.type === 'message' ? (event.text?.length ?? 0) + JSON.stringify([event.attachments, event.metadata]).length : 0
}

/** The work of one account. */
interface AccountWork extends ImportWork {
  readonly account: ImportAccount
}

/** The items of each group, one group after the other. Messages of small groups are read together. */
async function* itemsOf(work: AccountWork, groups: readonly LegacyGroup[], rejections: Rejection[]): AsyncGenerator<ImportItem> {
  const { source, tables } = work
  if (tables.messages === null) {
    for (const group of groups) yield withoutMessages(tables, group)
    return
  }
  const counts = await source.countMessages(groups.flatMap(({ rows }) => rows.map(({ reference }) => reference)))
  let place = 0
  const counted = groups.map((group) => {
    const count = counts.slice(place, place + group.rows.length).reduce((sum, each) => sum + each, 0)
    place += group.rows.length
    return { group, count }
  })
  for (let at = 0; at < counted.length; ) {
    const begin = at
    let sum = 0
    do sum += counted[at++]?.count ?? 0
    while (at < counted.length && sum + (counted[at]?.count ?? 0) <= mostEvents)
    yield* itemsRead(
      work,
      counted.slice(begin, at).map(({ group }) => group),
      sum,
      rejections,
    )
  }
}

/** The items of groups whose messages are read together: a single one in parts, if it has very many. */
async function* itemsRead(
  work: AccountWork,
  groups: readonly LegacyGroup[],
  count: number,
  rejections: Rejection[],
): AsyncGenerator<ImportItem> {
  const { source, tables } = work
  const { messages: table } = tables
  if (table === null) return
  const owners = groups.flatMap((group) => group.rows.map(() => group))
  const references = groups.flatMap(({ rows }) => rows.map(({ reference }) => reference))
  const isLarge = count > mostEvents
  const told = new Set<string>()
  const read = async function* () {
    for (let offset = 0; ; offset += mostEvents) {
      // Read whole, if they are few, also if some came since they were counted.
      const limit = isLarge ? mostEvents : 2 * mostEvents
      const rows = await source.messages(references, { offset, limit })
      const ofGroup = new Map<LegacyGroup, ImportedEvent[]>()
      for (const { at, message } of rows) {
        const group = owners[at]
        if (group === undefined) continue
        const event = readMessage(table, group.customerId, message)
        if (typeof event !== 'string') pushTo(ofGroup, group, { event, message })
        else if (!told.has(message.id)) {
          told.add(message.id)
          rejections.push({ table: 'messages', key: message.key, reason: event })
        }
      }
      yield ofGroup
      if (!isLarge || rows.length < limit) return
    }
  }
  const parts = new Map(groups.map((group) => [group, conversationParts(group)]))
  // Which messages are the last ones is known only after all were read, so a large conversation is read twice.
  if (isLarge && groups.some(({ unread, status }) => unread > 0 || status === 'closed'))
    for await (const ofGroup of read()) for (const [group, events] of ofGroup) parts.get(group)?.count(events)
  const begun = new Set<LegacyGroup>()
  for await (const ofGroup of read()) {
    for (const group of groups) {
      const events = ofGroup.get(group) ?? []
      const ofConversation = parts.get(group)
      if (ofConversation === undefined || events.length === 0) continue
      if (!isLarge) ofConversation.count(events)
      const [first, ...others] = ofConversation.itemsOf(events)
      if (first !== undefined)
        yield begun.has(group) ? first : await openedAt({ ...work, table: tables.conversations.name }, first, ofConversation.lastTime())
      yield* others
      begun.add(group)
    }
  }
  for (const group of groups) if (!begun.has(group)) yield withoutMessages(tables, group)
}

/** Until when a conversation is snoozed whose host does not say it. */
const theEnd = new Date('9999-12-31T00:00:00Z')

/**
 * Snoozes the conversations that were snoozed, unless anything live has come or anybody has changed the status since
 * they were opened. A time that is over opens them, as the store's own snoozes do.
 */
async function snooze(account: ImportAccount, groups: readonly LegacyGroup[], { conversations }: ItemsWritten): Promise<void> {
  for (const group of groups) {
    const conversation = conversations.get(group)
    if (group.status !== 'snoozed' || conversation === undefined || conversation.status !== 'open') continue
    const { id: conversationId, version: expectedVersion, lastInboundAt, statusChangedAt, createdAt } = conversation
    if (lastInboundAt !== null || statusChangedAt.getTime() !== createdAt.getTime()) continue
    const until = group.snoozedUntil ?? theEnd
    try {
      await account.snoozeConversation({ conversationId, until, expectedVersion })
    } catch (error) {
      // Somebody was faster, and that is what counts.
      if (!/^(VERSION_CONFLICT|INVALID_TRANSITION|NOT_FOUND)$/.test(String(Reflect.get(Object(error), 'code')))) throw error
    }
  }
}
