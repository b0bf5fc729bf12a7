import { clockSkewMs, replyWindowChannels, replyWindowMs } from '../../../model/limits.js'

/** The time of a call: the one that its payload gives, else the database's. */
export const payloadNow = `date_trunc('milliseconds', coalesce((payload->>'now')::timestamptz, clock_timestamp()))`

/** When an event happened, by what its payload says. */
export function occurredAt(given: string): string {
  return `date_trunc('milliseconds', coalesce((${given})::timestamptz, p_now))`
}

/** When an event happened, as far as it counts: a time far ahead is now. */
export function countedAt(occurredAt: string): string {
  return `least(${occurredAt}, case when ${occurredAt} > p_now + ${interval(clockSkewMs)} then p_now end)`
}

interface Activity {
  readonly channel: string
  /** Null where nothing came in. */
  readonly inboundAt: string
  readonly lastInboundAt: string
  readonly windowExpiresAt: string
}

/** Until when the channel lets the host reply, after what came in at `inboundAt`. */
export function replyWindow({ channel, inboundAt, lastInboundAt, windowExpiresAt }: Activity): string {
  const channels = replyWindowChannels.map((name) => `'${name}'`).join(', ')
  return `case when ${inboundAt} is not null and ${channel} in (${channels})
        then greatest(${lastInboundAt}, ${inboundAt}) + ${interval(replyWindowMs)} else ${windowExpiresAt} end`
}

function interval(ms: number): string {
  return `interval '${ms} milliseconds'`
}
