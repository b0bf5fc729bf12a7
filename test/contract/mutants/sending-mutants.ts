import type * as retry from '../../../src/store/retry.js'
import type { Mutant } from './mutant.js'

type Retry = typeof retry

/** A bug in how the store sends a call, whatever the adapter. */
export interface SendingMutant extends Mutant {
  readonly withRetries: (sound: Retry) => Retry['withRetries']
}

const subject = 'CONTENTION'
const caughtBy = 'goes to the host when the time of the call is up, whatever attempts are left, and each attempt has the same deadline'
const longMs = 60 * 60_000

export const sendingMutants: readonly SendingMutant[] = [
  {
    bug: 'only the number of its attempts ends a call',
    subject,
    caughtBy,
    withRetries: (sound) => (policy, resending, send) => sound.withRetries({ ...policy, deadlineMs: longMs }, resending, send),
  },
  {
    bug: 'a batch of a move has as long as any call',
    subject: 'moveInboxBatch',
    caughtBy: 'gives a batch up when its own time is over, of which nothing has moved then',
    withRetries: (sound) => (policy, resending, send) =>
      sound.withRetries({ ...policy, deadlineMs: Math.max(policy.deadlineMs, longMs) }, resending, send),
  },
  {
    bug: 'each attempt has a deadline of its own',
    subject,
    caughtBy,
    withRetries: (sound) => (policy, resending, send) =>
      sound.withRetries(policy, resending, (firstSentAt) => send(firstSentAt, { deadline: performance.now() + policy.deadlineMs })),
  },
  {
    bug: 'the adapter is not told the deadline',
    subject,
    caughtBy,
    withRetries: (sound) => (policy, resending, send) =>
      sound.withRetries(policy, resending, (firstSentAt, bounds) => send(firstSentAt, { ...bounds, deadline: undefined as never })),
  },
]
