// The adapter counts back from the moment when the call reaches the database. That is later than now, by the way there
// (and by a pooler's queue), so this many milliseconds are added. If the time were too short, a call that 16 younger
// ones have pushed out of the conversation's memory would be taken for a new one and applied twice. If it is too long,
// the worst result is a COMMIT_OUTCOME_UNKNOWN that was not necessary.
const onItsWay = 1000

/**
 * How many milliseconds ago a call was first sent, rounded up and with some to spare. Null for a call of which no reply
 * was lost. An adapter asks when it hands the statement to its connection, or later: a statement may wait for the
 * connection, and an age from before that wait would be too short.
 */
export function resentAfter(firstSentAt: number | null): number | null {
  return firstSentAt === null ? null : Math.ceil(performance.now() - firstSentAt) + onItsWay
}
