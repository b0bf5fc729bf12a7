import { type CallLimits, unlimited } from '../call-limits.js'
import { contention } from '../translate-error.js'

/** The most calls that go into one transaction, and the most that they may weigh together. */
const mostFolded = 100
const heaviestFold = 5_000
/** The most calls that may wait for one conversation. A further one is rejected with CONTENTION. */
const mostWaiting = 10_000

export interface QueuedCall<Input, Result> {
  readonly keys: readonly string[]
  readonly weight: number
  readonly input: Input
  resolve(result: Result): void
  reject(error: unknown): void
}

/**
 * Orders the calls of this process by what they write to. Calls for one key run one after another, and those that wait
 * for it are folded into one batch. MongoDB aborts a transaction at once on a write conflict, so calls that run side by
 * side would mostly abort each other. A call with several keys waits for all of them, and runs alone.
 */
export interface CallQueue<Input = unknown, Result = unknown> {
  /** A call that is given up while it waits leaves the queue, and is never run. */
  submit(keys: readonly string[], weight: number, input: Input, limits?: CallLimits): Promise<Result>
  /** How many keys have calls running or waiting. 0 when idle. */
  readonly size: number
}

/** `run` must settle every call of the batch, and must never reject. */
export function callQueue<Input, Result>(run: (batch: readonly QueuedCall<Input, Result>[]) => Promise<void>): CallQueue<Input, Result> {
  const lanes = new Map<string, QueuedCall<Input, Result>[]>()
  const running = new Set<QueuedCall<Input, Result>>()

  const lane = (key: string) => lanes.get(key) ?? []
  const isNext = (call: QueuedCall<Input, Result>) => call.keys.every((key) => lane(key)[0] === call)

  const foldFrom = (first: QueuedCall<Input, Result>) => {
    const [key, ...others] = first.keys
    if (key === undefined || others.length > 0) return [first]
    const batch: QueuedCall<Input, Result>[] = []
    let weight = 0
    for (const call of lane(key)) {
      weight += call.weight
      if (batch.length > 0 && (call.keys.length > 1 || batch.length === mostFolded || weight > heaviestFold)) break
      batch.push(call)
    }
    return batch
  }

  const begin = (call: QueuedCall<Input, Result>) => {
    if (running.has(call) || !isNext(call)) return
    const batch = foldFrom(call)
    for (const each of batch) running.add(each)
    void run(batch).finally(() => end(call.keys, batch))
  }
  const end = (keys: readonly string[], batch: readonly QueuedCall<Input, Result>[]) => {
    for (const each of batch) running.delete(each)
    for (const key of keys) lane(key).splice(0, batch.length)
    // Callers that have just been answered often call again at once. They get to do so before the next batch begins.
    // Otherwise each batch would begin with only one of them.
    setImmediate(() => {
      for (const key of keys) beginNext(key)
    })
  }
  const beginNext = (key: string) => {
    const [next] = lane(key)
    if (next === undefined) lanes.delete(key)
    else begin(next)
  }

  /** False if the call runs already. */
  const leave = (call: QueuedCall<Input, Result>): boolean => {
    if (running.has(call)) return false
    for (const key of call.keys) {
      lanes.set(
        key,
        lane(key).filter((each) => each !== call),
      )
      beginNext(key)
    }
    return true
  }

  return {
    submit(given, weight, input, limits = unlimited) {
      const keys = [...new Set(given)]
      if (keys.some((key) => lane(key).length >= mostWaiting)) return Promise.reject(contention(0))
      return new Promise((resolve, reject) => {
        const call: QueuedCall<Input, Result> = { keys, weight, input, resolve, reject }
        const isIdle = keys.every((key) => !lanes.has(key))
        for (const key of keys) {
          const waiting = lanes.get(key)
          if (waiting) waiting.push(call)
          else lanes.set(key, [call])
        }
        limits.onGivenUp((reason) => {
          if (leave(call)) reject(reason)
        })
        if (isIdle) begin(call)
      })
    },
    get size() {
      return lanes.size
    },
  }
}
