import { requireNotAborted } from '../../model/abort.js'
import type { PostgresDriver } from '../../postgres/drivers.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { batchPacer } from '../batch-pacer.js'
import type { AdoptionOptions } from '../options.js'
import { remainingTime } from '../remaining-time.js'
import type { UnderLease } from '../run-pass.js'
import { onRows } from './sessions.js'

export type RestoreOptions = Partial<UnderLease<Pick<AdoptionOptions, 'signal' | 'onProgress' | 'pace'>>>

/** Rows that are brought back from where a helper keeps them. */
export interface KeptRows {
  /** What is brought back, for the progress. */
  readonly name: string
  count(): Promise<number>
  /**
   * Brings back what is kept behind `after`, at most `limit` rows, in the session's transaction, and takes it
   * from where it was kept. What a unique index refuses stays there.
   */
  restore(session: MigrationSession, after: string | null, limit: number): Promise<RestoredBatch>
}

export interface Restored {
  readonly restored: number
  /** How many stay where they are kept. */
  readonly left: number
}

interface RestoredBatch {
  /** How many rows the batch went over. Fewer than its limit are the last. */
  readonly seen: number
  readonly restored: number
  readonly last: string | null
}

/**
 * Brings rows back in batches, each in a short transaction. What a batch brought back is no longer kept, so that a run
 * which ended between two batches is made good by another.
 */
export async function restoredInBatches(
  driver: PostgresDriver,
  { signal, onProgress, pace, requireHeld }: RestoreOptions,
  { name, count, restore }: KeptRows,
): Promise<Restored> {
  const total = onProgress === undefined ? null : await count()
  const pacer = batchPacer(pace)
  const remaining = remainingTime(0)
  let [done, all] = [0, 0]
  let after: string | null = null
  for (;;) {
    requireNotAborted(signal)
    requireHeld?.()
    const [limit, began] = [pacer.size, performance.now()]
    const from: string | null = after
    const { seen, restored, last }: RestoredBatch = await onRows(driver, signal, (session) => restore(session, from, limit))
    pacer.took(performance.now() - began)
    done += seen
    all += restored
    if (seen > 0) await onProgress?.({ name, done, total, remainingMs: remaining(done, total) })
    if (seen < limit) return { restored: all, left: done - all }
    after = last
  }
}
