import type { Variant } from '../comparison.js'

const callers = 16

/**
 * Calls each way so often that V8 has compiled it, as in a server that has run for a minute: a slice holds only some
 * ten calls of the slower ways, and would measure how much code is new to the process.
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
