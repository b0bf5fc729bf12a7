import type { ConversationRow, MergedPart, MessageRow } from './rows.js'
import { byListedTime } from './times.js'
import type { World } from './world.js'

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

/** The ids under which a conversation's messages are stored. */
function storedIds({ id, parts }: Parted): readonly string[] {
  return [id, ...parts.map((part) => part.id)]
}

/** An id under which a conversation's messages are stored, and what their numbers are raised by for a host. */
export type StoredPart = Pick<MergedPart, 'id' | 'seqBase'>

export function storedParts({ id, parts }: Parted): readonly StoredPart[] {
  return [{ id, seqBase: 0 }, ...parts]
}

/** The last message in a list by time, over all parts. */
export function latestMessageOf(world: Pick<World, 'latestMessage'>, conversation: Parted): MessageRow | null {
  const latest = storedIds(conversation).flatMap((id) => world.latestMessage(id) ?? [])
  return latest.reduce<MessageRow | null>((a, b) => (a && isLater(conversation, a, b) ? a : b), null)
}

function isLater(conversation: Parted, a: MessageRow, b: MessageRow): boolean {
  return byListedTime(asSeen(conversation, a), asSeen(conversation, b)) > 0
}
