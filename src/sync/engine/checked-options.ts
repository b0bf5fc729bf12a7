import * as z from 'zod/mini'
import { longestLeaseMs, longestRetentionMs } from '../../model/limits.js'
import { parse } from '../../model/validation/parse.js'
import { refusal } from '../../model/validation/refusal.js'
import { count, date, id, integer } from '../../model/validation/scalars.js'
import { thisProcess } from '../../store/this-process.js'
import type { HistorySource } from '../source.js'
import { type SourceClock, systemClock } from '../source-clock.js'
import { consoleLogger, type SyncLogger } from '../sync-logger.js'
import type { SyncOptions, SyncProgress } from './options.js'

export interface CheckedOptions {
  readonly oaId: string
  readonly source: HistorySource
  readonly owner: string
  readonly resumeSession: string | null
  readonly budgetMs: number
  readonly budgetPages: number
  readonly incremental: boolean
  readonly liveSince: Date | null
  readonly opens: 'open' | 'closed'
  readonly lockTtlMs: number
  readonly retainMs: number
  readonly signal: AbortSignal | null
  readonly onProgress: ((progress: SyncProgress) => void | Promise<void>) | null
  readonly logger: SyncLogger
  readonly clock: SourceClock
}

const defaultLockTtlMs = 60_000
const defaultRetainDays = 90
const dayMs = 86_400_000

/** Made when it is needed, so that a bundle that syncs nothing has nothing of it. */
function optionsSchema() {
  return z.strictObject({
    oaId: id,
    owner: z.optional(id),
    resumeSession: z.nullish(id),
    budget: z.optional(z.strictObject({ ms: z.optional(count), pages: z.optional(integer(1, Number.MAX_SAFE_INTEGER)) })),
    incremental: z.optional(z.boolean()),
    liveSince: z.optional(date),
    opens: z.optional(z.enum(['open', 'closed'])),
    lockTtlMs: z.optional(integer(1, longestLeaseMs)),
    retainDays: z.optional(integer(1, longestRetentionMs / dayMs)),
  })
}

/** Throws VALIDATION_FAILED. */
export function checkedOptions(given: SyncOptions): CheckedOptions {
  if (typeof given !== 'object' || given === null) throw refusal([], 'must be an object with the oaId and the source')
  const { source, signal = null, onProgress = null, logger = consoleLogger, clock = systemClock, ...rest } = given
  const plain = parse(optionsSchema(), rest)
  requireSource(source)
  if (signal !== null && !(signal instanceof AbortSignal)) throw refusal(['signal'], 'must be an AbortSignal')
  if (onProgress !== null && typeof onProgress !== 'function') throw refusal(['onProgress'], 'must be a function')
  const { incremental = false, budget = {}, retainDays = defaultRetainDays } = plain
  if (incremental && source.order === 'none') throw refusal(['incremental'], 'needs a source in the order updated-desc')
  return {
    oaId: plain.oaId,
    source,
    owner: plain.owner ?? thisProcess(),
    resumeSession: plain.resumeSession ?? null,
    budgetMs: budget.ms ?? Number.POSITIVE_INFINITY,
    budgetPages: budget.pages ?? Number.POSITIVE_INFINITY,
    incremental,
    liveSince: plain.liveSince ?? null,
    opens: plain.opens ?? 'open',
    lockTtlMs: plain.lockTtlMs ?? defaultLockTtlMs,
    retainMs: retainDays * dayMs,
    signal,
    onProgress,
    logger,
    clock,
  }
}

function requireSource(source: unknown): void {
  if (typeof source !== 'object' || source === null) throw refusal(['source'], 'must be a source of history')
  parse(
    z.object({ name: id, order: z.enum(['updated-desc', 'none']) }),
    { name: Reflect.get(source, 'name'), order: Reflect.get(source, 'order') },
    ['source'],
  )
  if (typeof Reflect.get(source, 'pages') !== 'function') throw refusal(['source', 'pages'], 'must be a function')
}
