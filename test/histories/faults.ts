import type { Random } from './random.js'

/** What fails while a history is written. */
export interface Faults {
  /** The pause between two faults, on the average. */
  readonly pauseMs: number
  /** Causes one fault, waits until the server is there again, and returns the fault's name. */
  cause(random: Random, run: { killProcess(): void }): Promise<string>
  /** Makes sure that nothing fails any more. */
  end(): Promise<void>
}
