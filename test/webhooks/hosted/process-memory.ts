import { readFileSync, writeFileSync } from 'node:fs'

/** What memory this process has taken since it settled, in bytes. */
export interface MemoryFigures {
  /** How far the resident memory rose above where it stood: with garbage, and with what the heap keeps in reserve. */
  readonly resident: number
  /** How far what is in use rose, at the moments of `look`: the values that a collection leaves. */
  readonly inUse: number
}

/** The memory of this process, which has to run with `--expose-gc`. */
export interface ProcessMemory {
  /** Measures from here on. */
  settle(): void
  /** Collects garbage, which takes long and keeps the resident memory low, and notes what is in use. */
  look(): void
  figures(): MemoryFigures
}

export function processMemory(): ProcessMemory {
  let residentBefore = 0
  let usedBefore = 0
  let mostUsed = 0
  return {
    settle() {
      // The kernel counts the peak from here on. Nothing is collected first: a host at work has garbage too, and a
      // collection would give back memory that the host needs again at once.
      writeFileSync('/proc/self/clear_refs', '5')
      residentBefore = residentPeak()
      usedBefore = used()
      mostUsed = usedBefore
    },
    look() {
      collectGarbage()
      mostUsed = Math.max(mostUsed, used())
    },
    figures: () => ({ resident: residentPeak() - residentBefore, inUse: mostUsed - usedBefore }),
  }
}

/** The heap, and the bytes of buffers, which lie outside of it. */
function used(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function residentPeak(): number {
  return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
}

function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('the process runs without --expose-gc')
  globalThis.gc()
}
