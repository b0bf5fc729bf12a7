import { clockSkewMs, replyWindowChannels, replyWindowMs } from '../../../model/limits.js'

/** The time of a call: the one that its payload gives, or else the database's. */
export const payloadNow = `date_trunc('milliseconds', coalesce((payload->>'now')::timestamptz, clock_timestamp()))`

/** The time of a call: its parameter `p_now`, or else the database's. */
export const parameterNow = `coalesce(p_now, date_trunc('milliseconds', clock_timestamp()))`

/** The time of an event according to its payload. */
export function occurredAt(given: string): string {
  return `date_trunc('milliseconds', coalesce((${given})::timestamptz, p_now))`
}

/** The time of an event as it counts: a time too far in the future counts as now. */
export function countedAt(occurredAt: string): string {
  return `least(${occurredAt}, case when ${occurredAt} > p_now + ${interval(clockSkewMs)} then p_now end)`
}

/**
 * The time by which lists by time list a message: a time that was too far ahead when it was stored counts as that of
 * its storing, as in `countedAt`. The index of these lists has the same text, and the server uses it only for that, so
 * both take it from here. It is written as the server shows it. It compares the difference of the two times, because an
 * index takes only what is the same in every time zone.
 */
export function listedAt(row?: string): string {
  const column = (name: string) => (row === undefined ? name : `${row}.${name}`)
  const ahead = `((${column('occurred_at')} - ${column('created_at')}) > make_interval(secs => (${seconds(clockSkewMs)})::double precision))`
  return `CASE WHEN ${ahead} THEN ${column('created_at')} ELSE ${column('occurred_at')} END`
}

interface Activity {
  readonly channel: string
  /** Null if nothing came in. */
  readonly inboundAt: string
  readonly lastInboundAt: string
  readonly windowExpiresAt: string
}

/** The time until which the channel lets the host reply, after an inbound event at `inboundAt`. */
export function replyWindow({ channel, inboundAt, lastInboundAt, windowExpiresAt }: Activity): string {
  const channels = replyWindowChannels.map((name) => `'${name}'`).join(', ')
  return `case when ${inboundAt} is not null and ${channel} in (${channels})
        then greatest(${lastInboundAt}, ${inboundAt}) + ${interval(replyWindowMs)} else ${windowExpiresAt} end`
}

function seconds(ms: number): number {
  return ms / 1e3
}

function interval(ms: number): string {
  return `interval '${ms} milliseconds'`
}
