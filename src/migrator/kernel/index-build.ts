/** How far the server has got with the build of an index. */
export interface IndexBuild {
  /** The index, or the indexes that are built together. */
  readonly index: string
  /** What the server does at the moment, in its own words: `building index: scanning table`. */
  readonly phase: string
  /** How much of that is done, in what the server counts there, such as blocks or documents. Null if it counts none. */
  readonly done: number | null
  readonly of: number | null
}

/** Says how far a build is: `building index: scanning table, 120 of 4000`. */
export function buildInWords({ phase, done, of }: IndexBuild): string {
  return done === null || of === null ? phase : `${phase}, ${done} of ${of}`
}

/** Calls `look` from time to time, until the function that it returns is called. */
export type Ticks = (look: () => void) => () => void

const everyMs = 2_000

export const everyTwoSeconds: Ticks = (look) => {
  const timer = setInterval(look, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** Does `work`, which builds an index, and tells meanwhile how far the build is. */
export type BuildWatch = <T>(index: string, work: () => Promise<T>) => Promise<T>

/**
 * Looks at a build with each tick, and at most once at a time. A look may find nothing (null), and one that fails is
 * the last, because the right to look may be lacking. Neither disturbs the build, which waits for no look.
 */
export function buildWatch(
  ticks: Ticks,
  look: (index: string) => Promise<IndexBuild | null>,
  onBuild: (build: IndexBuild) => void,
): BuildWatch {
  return async (index, work) => {
    let isOver = false
    let isLooking = false
    const lookOnce = async () => {
      isLooking = true
      const build = await look(index)
      isLooking = false
      if (build !== null && !isOver) onBuild(build)
    }
    const stop = ticks(() => {
      // After a look that failed, `isLooking` stays true.
      if (!isLooking) lookOnce().catch(() => undefined)
    })
    try {
      return await work()
    } finally {
      isOver = true
      stop()
    }
  }
}

/** Does the work without looking at it. */
export const unwatched: BuildWatch = (_, work) => work()
