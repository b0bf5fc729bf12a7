import type { Variant } from '../comparison.js'

const callers = 16

/**
 * Calls each way often enough that V8 has compiled it, as in a server that has run for a minute. A slice holds only
 * about ten calls of the slower ways, and would otherwise measure how much code is new to the process.
 */
export async function warmUp(variants: readonly Variant[], calls: number): Promise<void> {
  for (const { operation } of variants) {
    let left = calls
    const work = async (caller: number) => {
      while (left-- > 0) await operation(caller)
    }
    await Promise.all(Array.from({ length: callers }, (_, caller) => work(caller)))
  }
}
