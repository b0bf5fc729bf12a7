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

/** How calls for different keys share batches. */
export interface SharedBatches<Input> {
  /** How many batches run at once. While all of them are under way, calls wait, and then run together. */
  readonly lanes: number
  /** Calls of one group may share a batch. A call without a group shares none. */
  groupOf(input: Input): string | null
}

/**
 * `run` must settle every call of the batch, and must never reject. Without `shared` every key has its own batches, and
 * any number of them run side by side.
 */
export function callQueue<Input, Result>(
  run: (batch: readonly QueuedCall<Input, Result>[]) => Promise<void>,
  shared: SharedBatches<Input> | null = null,
): CallQueue<Input, Result> {
  type Call = QueuedCall<Input, Result>
  const lanes = new Map<string, Call[]>()
  const running = new Set<Call>()
  /** The calls that are next for their key, and wait for a batch to share. */
  const ready = new Set<Call>()
  let free = shared?.lanes ?? 0
  let sharing = 0

  const lane = (key: string) => lanes.get(key) ?? []
  const isNext = (call: Call) => call.keys.every((key) => lane(key)[0] === call)
  const groupOf = ({ keys, input }: Call) => (keys.length > 1 ? null : (shared?.groupOf(input) ?? null))

  /** Takes the calls that wait for the same key, as many as fit beside what was taken before. */
  const foldFrom = (first: Call, before: readonly Call[] = []) => {
    const [key, ...others] = first.keys
    if (key === undefined || others.length > 0) return [first]
    const batch: Call[] = []
    let weight = before.reduce((sum, call) => sum + call.weight, 0)
    for (const call of lane(key)) {
      weight += call.weight
      const isFull = before.length + batch.length === mostFolded || weight > heaviestFold
      if ((call.keys.length > 1 || isFull) && before.length + batch.length > 0) break
      batch.push(call)
    }
    return batch
  }

  const start = (batch: readonly Call[], onEnd: () => void) => {
    const keys = new Set(batch.flatMap((call) => call.keys))
    for (const call of batch) running.add(call)
    void run(batch).finally(() => {
      for (const call of batch) running.delete(call)
      for (const key of keys) lane(key).splice(0, batch.filter((call) => call.keys.includes(key)).length)
      // Callers that have just been answered often call again at once. They get to do so before the next batch begins.
      // Otherwise each batch would begin with only one of them.
      setImmediate(() => {
        onEnd()
        for (const key of keys) beginNext(key)
        fillLanes()
      })
    })
  }
  const fillLanes = () => {
    while (free > 0 && ready.size > 0) {
      // If one lane took all that waits, the other one would run the few calls that come meanwhile in a batch each.
      const share = Math.ceil((ready.size + sharing) / (shared?.lanes ?? 1))
      const batch: Call[] = []
      let group: string | null = null
      let keys = 0
      for (const call of ready) {
        if (keys === share) break
        if (keys > 0 && groupOf(call) !== group) continue
        const joining = foldFrom(call, batch)
        if (joining.length === 0) break
        group = groupOf(call)
        keys += 1
        ready.delete(call)
        batch.push(...joining)
      }
      free -= 1
      sharing += keys
      start(batch, () => {
        free += 1
        sharing -= keys
      })
    }
  }
  const begin = (call: Call) => {
    if (running.has(call) || ready.has(call) || !isNext(call)) return
    if (groupOf(call) === null) start(foldFrom(call), () => {})
    else ready.add(call)
  }
  const beginNext = (key: string) => {
    const [next] = lane(key)
    if (next === undefined) lanes.delete(key)
    else begin(next)
  }

  /** False if the call runs already. */
  const leave = (call: Call): boolean => {
    if (running.has(call)) return false
    ready.delete(call)
    for (const key of call.keys) {
      lanes.set(
        key,
        lane(key).filter((each) => each !== call),
      )
      beginNext(key)
    }
    fillLanes()
    return true
  }

  return {
    submit(given, weight, input, limits = unlimited) {
      const keys = [...new Set(given)]
      if (keys.some((key) => lane(key).length >= mostWaiting)) return Promise.reject(contention(0))
      return new Promise((resolve, reject) => {
        const call: Call = { keys, weight, input, resolve, reject }
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
        fillLanes()
      })
    },
    get size() {
      return lanes.size
    },
  }
}
