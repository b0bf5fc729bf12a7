import type { Variant } from '../comparison.js'
import type { CpuMeter } from './cpu.js'
import { sum } from './statistics.js'

/** What one variant did in its turn. Times in milliseconds, CPU in microseconds. */
export interface Slice {
  readonly operations: number
  /**
   * How long a caller worked, on average. The wait for the last caller is not included, because it is long compared
   * with a slow variant's few operations.
   */
  readonly elapsed: number
  readonly latencies: readonly number[]
  readonly clientCpu: number
  /** Null where we cannot see the server's processes. */
  readonly serverCpu: number | null
}

/**
 * Lets callers 0 … concurrency - 1 work for so many milliseconds, each for at least one operation. Rejects with the
 * first error, once all have stopped.
 */
export async function runSlice(variant: Variant, concurrency: number, milliseconds: number, cpu: CpuMeter): Promise<Slice> {
  const latencies: number[] = []
  const errors: unknown[] = []
  const before = cpu()
  const started = performance.now()

  const work = async (caller: number): Promise<void> => {
    do {
      const called = performance.now()
      await variant.operation(caller).catch((error: unknown) => errors.push(error))
      latencies.push(performance.now() - called)
    } while (errors.length === 0 && performance.now() - started < milliseconds)
  }
  await Promise.all(Array.from({ length: concurrency }, (_, caller) => work(caller)))

  const after = cpu()
  // A slice with errors has no result, because its time would be the time that failing takes.
  if (errors.length > 0) throw new Error(`${variant.name}: ${String(errors[0])}`, { cause: errors[0] })
  return {
    operations: latencies.length,
    elapsed: sum(latencies) / concurrency,
    latencies,
    clientCpu: after.client - before.client,
    serverCpu: after.server === null || before.server === null ? null : after.server - before.server,
  }
}
