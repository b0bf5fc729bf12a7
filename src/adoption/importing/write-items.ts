import { ConversationStoreError } from '../../model/errors.js'
import type { Conversation } from '../../model/records.js'
import type { BulkUpsertInput } from '../../store/inputs.js'
import { growingBound, jitteredPause } from '../../store/jittered-pause.js'
import type { ImportAccount } from '../import-types.js'
import type { LegacyGroup } from './group-rows.js'
import { type ImportItem, lastTimeOf } from './import-items.js'
import type { LegacyMessage } from './legacy-source.js'
import { refusedBecause } from './refusals.js'
import { openedAt } from './stand-in.js'

/** What became of items. */
export interface ItemsWritten {
  created: number
  stored: number
  known: number
  /** The conversation of each group, as the last of its items left it. */
  readonly conversations: Map<LegacyGroup, Conversation>
  readonly refusedMessages: { readonly message: LegacyMessage; readonly reason: string }[]
  /** Groups that the store takes nothing of. */
  readonly refusedGroups: Map<LegacyGroup, string>
}

/** Who writes items, and where it notes what became of them. */
export interface ItemWriter {
  readonly account: ImportAccount
  /** The host's table of conversations. */
  readonly table: string
  /** Throws if the run is to end. Asked before each call of the store. */
  readonly requireGoingOn: () => void
  readonly written: ItemsWritten
}

export function nothingWritten(): ItemsWritten {
  return { created: 0, stored: 0, known: 0, conversations: new Map(), refusedMessages: [], refusedGroups: new Map() }
}

type BulkItem = BulkUpsertInput['conversations'][number]

/**
 * For how long others may be in the way. A process that was killed leaves a transaction on MongoDB, which the server
 * ends after 60 to 90 seconds by default.
 */
const contentionMs = 120_000

async function whileInTheWay<T>(requireGoingOn: () => void, call: () => Promise<T>): Promise<T> {
  const until = performance.now() + contentionMs
  for (let attempt = 1; ; attempt++) {
    requireGoingOn()
    try {
      return await call()
    } catch (error) {
      if (!isContention(error) || performance.now() > until) throw error
      await jitteredPause(growingBound(100, attempt, 2_000), { atLeastHalf: true })
    }
  }
}

function isContention(error: unknown): boolean {
  return error instanceof ConversationStoreError && error.code === 'CONTENTION'
}

/**
 * Writes items in one call, in their order. What the store refuses is halved until what it refuses stands alone, so
 * that one bad message keeps no other out.
 */
export async function writeItems(writer: ItemWriter, items: readonly ImportItem[]): Promise<void> {
  const { account, requireGoingOn, written } = writer
  if (items.length === 0) return
  const conversations = items.map(bulkItemOf)
  let results: Awaited<ReturnType<ImportAccount['bulkUpsertConversationsWithEvents']>>
  try {
    results = await whileInTheWay(requireGoingOn, async () => {
      const each = await account.bulkUpsertConversationsWithEvents({ conversations, atomic: false })
      for (const result of each) if (!result.ok && isContention(result.error)) throw result.error
      return each
    })
  } catch (error) {
    const reason = refusedBecause(error)
    const [only] = items
    if (items.length === 1 && only !== undefined) return refused(writer, only, reason, error)
    const half = Math.ceil(items.length / 2)
    await writeItems(writer, items.slice(0, half))
    return writeItems(writer, items.slice(half))
  }
  for (const [at, result] of results.entries()) {
    const item = items[at]
    if (item === undefined) continue
    if (!result.ok) await refused(writer, item, refusedBecause(result.error), result.error)
    else {
      if (result.outcome === 'created') written.created++
      if (result.conversation !== null) written.conversations.set(item.group, result.conversation)
      for (const [place, { outcome }] of result.events.entries()) {
        if (item.events[place]?.message == null) continue
        if (outcome === 'stored') written.stored++
        else written.known++
      }
    }
  }
}

function bulkItemOf({ group: { oaId, customerId, channel, patch, status }, isUnread, events }: ImportItem): BulkItem {
  return {
    oaId,
    customerId,
    history: true,
    opens: status === 'closed' ? 'closed' : 'open',
    events: events.map(({ event }) => event),
    ...(isUnread ? { markUnread: true } : {}),
    ...(channel === null ? {} : { channel }),
    ...patch,
  }
}

async function refused(writer: ItemWriter, item: ImportItem, reason: string, error: unknown): Promise<void> {
  const { written } = writer
  const { events } = item
  const [only] = events
  if (isOfConversation(error)) {
    written.refusedGroups.set(item.group, reason)
    for (const { message } of events) if (message !== null) written.refusedMessages.push({ message, reason })
  } else if (events.length > 1) {
    const half = Math.ceil(events.length / 2)
    await writeItems(writer, [await openedAt(writer, { ...item, events: events.slice(0, half) }, lastTimeOf(events))])
    await writeItems(writer, [{ ...item, events: events.slice(half) }])
  } else if (only === undefined || only.message === null) written.refusedGroups.set(item.group, reason)
  else written.refusedMessages.push({ message: only.message, reason })
}

/** Whether an error is about the conversation itself, so that no event of it would be taken. */
function isOfConversation(error: unknown): boolean {
  if (!(error instanceof ConversationStoreError)) return false
  if (error.code === 'INBOX_CHANNEL_MISMATCH' || error.code === 'USERNAME_TAKEN') return true
  const { issues, what }: { issues?: readonly { readonly path: string }[]; what?: string } = error.details
  return [...(issues ?? []).map(({ path }) => path), what ?? ''].some((path) => /^conversations\[\d+\]\.(?!events\[)/.test(path))
}
