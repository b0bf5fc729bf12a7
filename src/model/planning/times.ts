import { clockSkewMs, replyWindowChannels, replyWindowMs } from '../limits.js'
import type { Channel, Message } from '../records.js'

/**
 * The time from which derived times are made. A time too far ahead counts as now, so that a sender whose clock runs
 * ahead does not keep a conversation at the top of the list.
 */
export function derivedTime(occurredAt: Date, now: Date): Date {
  return occurredAt.getTime() > now.getTime() + clockSkewMs ? now : occurredAt
}

/** When a message was said, as lists by time take it: a time that was too far ahead counts as that of its storing. */
export function listedAt({ occurredAt, createdAt }: Pick<Message, 'occurredAt' | 'createdAt'>): Date {
  return derivedTime(occurredAt, createdAt)
}

/** The order of a conversation's messages in lists by time: by the time that they are listed by, then by `seq`. */
export function byListedTime(a: ListedMessage, b: ListedMessage): number {
  return listedAt(a).getTime() - listedAt(b).getTime() || a.seq - b.seq
}

/** Whether a message comes after a place in the list by time. */
export function isListedAfter(row: ListedMessage, { at, seq }: { readonly at: Date; readonly seq: number }): boolean {
  return (listedAt(row).getTime() - at.getTime() || row.seq - seq) > 0
}
type ListedMessage = Pick<Message, 'occurredAt' | 'createdAt' | 'seq'>

export function later(a: Date | null, b: Date): Date {
  return a !== null && a.getTime() >= b.getTime() ? a : b
}

export function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b
  return a.getTime() <= b.getTime() ? a : b
}

/**
 * Until when the channel lets the host reply to what came in at `lastInboundAt`. Null when the channel has no reply
 * window.
 */
export function replyWindow(channel: Channel, lastInboundAt: Date): Date | null {
  return replyWindowChannels.includes(channel) ? new Date(lastInboundAt.getTime() + replyWindowMs) : null
}
