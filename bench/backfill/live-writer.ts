import { setTimeout } from 'node:timers/promises'

const pauseMs = 10

/** Writes every 10 ms until it is stopped, and keeps how long each write took, in milliseconds. */
export interface LiveWriter {
  /** Stops it, and returns the time that 99 of 100 writes took at most. */
  stop(): Promise<number>
}

export function liveWriter(write: () => Promise<unknown>): LiveWriter {
  const took: number[] = []
  let isStopped = false
  const written = (async () => {
    while (!isStopped) {
      const begun = performance.now()
      await write()
      took.push(performance.now() - begun)
      await setTimeout(pauseMs)
    }
  })()
  return {
    async stop() {
      isStopped = true
      await written
      const sorted = took.toSorted((a, b) => a - b)
      return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN
    },
  }
}
