export interface Timed {
  readonly ms: number
  /** How much larger this process was at most while the work ran. */
  readonly mebibytes: number
}

/** Runs the work once. */
export async function timed(work: () => Promise<unknown>): Promise<Timed> {
  const before = process.memoryUsage.rss()
  let most = before
  const sampling = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss())
  }, 5)
  const started = performance.now()
  try {
    await work()
  } finally {
    clearInterval(sampling)
  }
  const ms = performance.now() - started
  return { ms, mebibytes: (Math.max(most, process.memoryUsage.rss()) - before) / 2 ** 20 }
}

/** The median milliseconds of a call, after a few calls that are not counted. */
export async function medianOf(call: () => Promise<unknown>, calls: number): Promise<number> {
  for (let warmUp = 0; warmUp < 3; warmUp++) await call()
  const all: number[] = []
  for (let made = 0; made < calls; made++) all.push((await timed(call)).ms)
  return all.sort((a, b) => a - b)[Math.floor(calls / 2)] ?? Number.NaN
}

export function milliseconds(ms: number): string {
  return ms < 10 ? ms.toFixed(2) : ms.toFixed(0)
}
