import type { ConversationRow, MergedPart, MessageRow } from './rows.js'
import { byListedTime } from './times.js'
import type { StoredUnder, World } from './world.js'

export type Parted = Pick<ConversationRow, 'id' | 'parts'>

/** The part of a conversation that a stored id names, or null for the conversation's own id. */
function partOf({ parts }: Parted, storedId: string): MergedPart | null {
  return parts.length === 0 ? null : (parts.find(({ id }) => id === storedId) ?? null)
}

/** Whether a stored message is among those of a conversation. */
export function holds(conversation: Parted, { conversationId }: Pick<MessageRow, 'conversationId'>): boolean {
  return conversationId === conversation.id || partOf(conversation, conversationId) !== null
}

/** The read horizon that a stored message of a conversation lies past or not, by the message's own number. */
export function horizonOf(conversation: Parted & Pick<ConversationRow, 'readSeq'>, { conversationId }: MessageRow): number {
  return (partOf(conversation, conversationId) ?? conversation).readSeq
}

/** A stored message with the conversation and the number by which a host knows it. */
export function asSeen<Row extends Pick<MessageRow, 'conversationId' | 'seq'>>(conversation: Parted | null, row: Row): Row {
  const part = conversation && partOf(conversation, row.conversationId)
  return part ? { ...row, conversationId: conversation.id, seq: row.seq + part.seqBase } : row
}

/** An id under which a conversation's messages are stored, and what their numbers are raised by for a host. */
export interface StoredPart extends StoredUnder, Pick<MergedPart, 'seqBase'> {}

export function storedParts(conversation: Parted): readonly StoredPart[] {
  const merges = mergesOf(conversation)
  return [{ id: conversation.id, seqBase: 0 }, ...conversation.parts].map(({ id, seqBase }) => ({ id, seqBase, merges }))
}

/** The merges that stand in a conversation. They hide the messages of which it shows another copy. */
export function mergesOf({ parts }: Pick<Parted, 'parts'>): readonly string[] {
  return parts.map(({ mergeId }) => mergeId)
}

/** Whether the messages that are read by these merges lack this one, because they have another copy of it. */
export function isHiddenBy(merges: readonly string[], { doubleIn }: Pick<MessageRow, 'doubleIn'>): boolean {
  return doubleIn !== null && merges.includes(doubleIn)
}

/** Whether a conversation shows another copy of a message that it holds. */
export function isHidden(conversation: Pick<Parted, 'parts'>, row: Pick<MessageRow, 'doubleIn'>): boolean {
  return row.doubleIn !== null && isHiddenBy(mergesOf(conversation), row)
}

/** The last message in a list by time, over all parts. */
export function latestMessageOf(world: Pick<World, 'latestMessage'>, conversation: Parted): MessageRow | null {
  return listedOf(conversation, (part) => world.latestMessage(part)).at(-1) ?? null
}

/** What is found in each part, as a host knows it and in the order of lists by time. */
export function listedOf(conversation: Parted, find: (part: StoredPart) => MessageRow | null): readonly MessageRow[] {
  const found = storedParts(conversation).flatMap((part) => find(part) ?? [])
  return found.map((row) => asSeen(conversation, row)).toSorted(byListedTime)
}
