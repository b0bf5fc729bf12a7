import type { Slice } from '../../bench/runner/slice.js'

/** A slice of one caller whose operations took so many milliseconds each. */
export function slice(...latencies: number[]): Slice {
  const elapsed = latencies.reduce((total, latency) => total + latency, 0)
  return { operations: latencies.length, elapsed, latencies, clientCpu: 100 * latencies.length, serverCpu: 300 * latencies.length }
}
