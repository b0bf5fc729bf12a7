import { readdirSync, readFileSync } from 'node:fs'
import { turns } from '../runner/order.js'
import { spread } from '../runner/statistics.js'

/** Returns the milliseconds so far. */
export type Meter = () => number

/**
 * The time that the processor has worked for a process, to the nanosecond. Waiting for the disk or for other processes
 * is not included, so other work on the machine hardly changes it. Throws if the process is not in this machine's
 * /proc.
 */
export function processorOf(pid: number): Meter {
  return () => {
    const threads = readdirSync(`/proc/${pid}/task`)
    return threads.reduce((sum, thread) => sum + nanosecondsOf(`/proc/${pid}/task/${thread}/schedstat`), 0) / 1e6
  }
}

/** Returns 0 if the thread has ended between the listing and the reading. */
function nanosecondsOf(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8').split(' ')[0])
  } catch {
    return 0
  }
}

/** One way to write in its turn. `write` resolves once all of its writes are done. */
export interface Writer {
  readonly name: string
  write(): Promise<unknown>
}

export interface Timed {
  readonly name: string
  /** Median milliseconds of the server's processor in a turn. */
  readonly time: number
  /** Median of the rounds' ratios to the first writer, with the quartiles. */
  readonly ratio: { readonly median: number; readonly q1: number; readonly q3: number }
}

/**
 * Runs every writer once a round, in orders in which they follow each other evenly, so that other work on the machine
 * affects all of them alike.
 */
export async function timeInRounds(writers: readonly Writer[], rounds: number, meter: Meter): Promise<readonly Timed[]> {
  for (const { write } of writers) await write()
  const times: number[][] = []
  for (let round = 0; round < rounds; round++) {
    const ofRound: number[] = []
    for (const turn of turns(writers.length, round)) {
      const started = meter()
      await writers[turn]?.write()
      ofRound[turn] = meter() - started
    }
    times.push(ofRound)
  }
  return writers.map(({ name }, place) => {
    const own = times.map((each) => each[place] ?? Number.NaN)
    const ratios = times.map((each, round) => (own[round] ?? Number.NaN) / (each[0] ?? Number.NaN))
    return { name, time: spread(own).median, ratio: spread(ratios) }
  })
}
