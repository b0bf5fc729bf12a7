import { loadavg } from 'node:os'
import { type Meter, type Timed, timeInRounds, type Writer } from '../index-sets/rounds.js'

const rounds = 24
/** How many messages are written in a turn. */
export const callsATurn = 20
/** How many events wait under each of the customers: none, as many as may, and as many as a former version left. */
export const waitingUnder = [0, 1_000, 100_000] as const

/** The writers in the order of `waitingUnder`, by the time of the caller and by that of the server's processor. */
export async function reportMessages(title: string, writers: readonly Writer[], processor: Meter): Promise<void> {
  for (const [clock, meter] of [['the caller’s clock', () => performance.now()] as const, ['the server’s processor', processor] as const]) {
    const timed = await timeInRounds(writers, rounds, meter)
    console.log(`${title} by ${clock}; ${rounds} rounds of ${callsATurn} messages, load ${loadavg()[0]?.toFixed(1)}`)
    console.table(timed.map(rowOf))
  }
}

function rowOf({ name, time, ratio: { median, q1, q3 } }: Timed) {
  return {
    'events that wait': name,
    'ms a message': (time / callsATurn).toFixed(3),
    'ratio to none': `${median.toFixed(2)} (${q1.toFixed(2)}–${q3.toFixed(2)})`,
  }
}
