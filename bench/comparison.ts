/** One way to do a job. */
export interface Variant {
  readonly name: string
  /**
   * Runs one operation for caller 0 … concurrency - 1. Throws when the answer is wrong, because a variant that fails
   * fast must not look fast.
   */
  operation(caller: number): Promise<unknown>
}

/** Requires that variant `of` takes at most so many times as long as variant `against`. */
export interface Goal {
  readonly of: string
  readonly against: string
  readonly atMost: number
  /**
   * What is compared: the time per operation, which is the default, or the time that 99 of 100 operations keep within.
   */
  readonly measure?: 'time' | 'p99'
  /** The concurrencies that the goal holds for. Default: those of the comparison. */
  readonly concurrency?: readonly number[]
}

/** The variants of one job, which the runner interleaves and compares round by round. The first is the library's. */
export interface Comparison {
  /** For example `postgres-upsert`. It can also be named on the command line. */
  readonly id: string
  /** The heading of its section in docs/benchmarks.md. */
  readonly title: string
  /** What is compared and what keeps it fair, in one or two sentences. */
  readonly note: string
  readonly concurrency: readonly number[]
  readonly variants: readonly Variant[]
  readonly goals: readonly Goal[]
  /** Processes in which the ways do their work. Their CPU counts as the client's. */
  readonly processes?: readonly number[]
  close(): Promise<void>
}

/** A figure that is not the ratio of two interleaved variants: a size, a count, the worst call of a race. */
export interface Figure {
  readonly title: string
  readonly value: number
  readonly unit: string
  readonly atMost?: number
  /** Why the figure is as it is, or how it was taken. */
  readonly note?: string
}

/** The servers of one run, with the settings that a host's servers would have: committed data is on the disk. */
export interface Servers {
  readonly postgresUrl: string
  /** The same server, through a proxy that adds 2 ms of round-trip time. */
  readonly delayedPostgresUrl: string
  /** A one-node replica set. */
  readonly mongoUrl: string
  /** How many conversations a large database has: a million, or fewer when nothing is measured. */
  readonly largeDatabase: number
}

/** Opens one comparison on databases of its own. The `open…` functions are listed in bench/run.ts. */
export type OpenComparison = (servers: Servers) => Promise<Comparison>
/** Takes figures on databases of its own. */
export type TakeFigures = (servers: Servers) => Promise<{ readonly title: string; readonly figures: readonly Figure[] }>
