import { requireNotAborted } from '../../model/abort.js'
import { batchPacer } from '../batch-pacer.js'
import type { AdoptionOptions } from '../options.js'
import { remainingTime } from '../remaining-time.js'
import type { UnderLease } from '../run-pass.js'

/** Doubles that are in the way of an index. */
export interface Doubles<K> {
  /** What is done with them, for the progress. */
  readonly name: string
  /** Reads some of those that are left, at most `limit`, and how many are left in all. */
  read(limit: number): Promise<{ readonly total: number; readonly keys: readonly K[] }>
  /** Does it with some of them, in a transaction. Those of a committed one are not read again. */
  batch(keys: readonly K[]): Promise<void>
}

/** So many are kept in memory. Each reading goes over the whole table, because no index has the key in order yet. */
const mostAtOnce = 50_000

/** Goes over doubles in batches, each of which takes about the time that the pace says. */
export async function overDoubles<K>(
  { signal, onProgress, pace, requireHeld }: UnderLease<Pick<AdoptionOptions, 'signal' | 'onProgress' | 'pace'>>,
  { name, read, batch }: Doubles<K>,
): Promise<void> {
  const pacer = batchPacer(pace)
  const remaining = remainingTime(0)
  let done = 0
  for (;;) {
    requireNotAborted(signal)
    const { keys, total } = await read(mostAtOnce)
    const all = done + total
    for (let at = 0; at < keys.length; ) {
      requireNotAborted(signal)
      requireHeld()
      const some = keys.slice(at, at + pacer.size)
      const began = performance.now()
      await batch(some)
      pacer.took(performance.now() - began)
      at += some.length
      done += some.length
      await onProgress?.({ name, done, total: all, remainingMs: remaining(done, all) })
    }
    if (keys.length === total) return
  }
}

/** The end of a statement with `doubles`, of which `read` returns the number and the keys of some. */
export function someOfDoubles(limit: number): string {
  return `select json_build_object('total', (select count(*) from doubles),
  'keys', (select coalesce(json_agg(d.key), '[]') from (select key from doubles limit ${limit}) d))::text`
}
