import { requireNotAborted } from '../model/abort.js'
import { type ErrorCode, isConversationStoreError } from '../model/errors.js'
import { oneLine } from '../model/one-line.js'
import type { ConversationStore } from '../store/create-conversation-store.js'
import { growingBound, jitteredPause } from '../store/jittered-pause.js'
import { type AdoptionLogger, consoleLogger } from './adoption-logger.js'
import { byEngine } from './databases.js'
import type { EnsureReadyOptions, ReadyPart, ReadyReport } from './ensure-ready-types.js'
import type { AdoptionOptions } from './options.js'
import { type Part, partsOf } from './ready-parts.js'
import { type PassTable, withLease } from './run-pass.js'

/**
 * The one call at the start of a host: tells whether the database has what the host relies on, and with `mode: 'run'`
 * does what is missing. `store` is null for a host that works on its own tables alone.
 *
 * Whatever it finds, it tells by one line of the logger (default: `console`), with the command to run, and in what it
 * returns. Conflicts and locks do not throw: another index under a name, doubles in the way of a unique index, a table
 * that somebody holds, another process at work. Any number of processes may call it at once: one works, and the others
 * wait up to `lockWaitMs` and then find it done.
 *
 * It reads the conversations once, to count those without an account, and with a key column once more, to count those
 * whose key is wrong. Throws VALIDATION_FAILED, ABORTED, and the database's errors.
 */
export async function ensureReady(store: ConversationStore | null, options: EnsureReadyOptions = {}): Promise<ReadyReport> {
  const { mode = 'check', logger = consoleLogger } = options
  const parts = partsOf(store, options)
  const found = await look(parts)
  if (isReady(found)) return told(logger, found)
  if (mode === 'wait') return told(logger, await waited(parts, found, options, logger))
  return told(logger, mode === 'run' ? await ran(parts, found, options) : found)
}

/** What does not end the start of a host. It is told instead, each time. */
const reported: ReadonlySet<ErrorCode> = new Set([
  'INDEX_CONFLICT',
  'DUPLICATE_KEYS',
  'SCHEMA_CHANGE_BLOCKED',
  'MIGRATION_LOCKED',
  'LEASE_LOST',
  'SCHEMA_TOO_NEW',
  'UNSUPPORTED',
])

async function look(parts: readonly Part[]): Promise<readonly ReadyPart[]> {
  const found: ReadyPart[] = []
  for (const part of parts) found.push(await lookAt(part))
  return found
}

async function lookAt({ part, command, problems }: Part): Promise<ReadyPart> {
  try {
    const missing = await problems()
    return { part, command, state: missing.length === 0 ? 'ready' : 'pending', problems: missing, error: null }
  } catch (error) {
    return { part, command, ...failed(error) }
  }
}

function failed(error: unknown): Pick<ReadyPart, 'state' | 'problems' | 'error'> {
  if (!isConversationStoreError(error) || !reported.has(error.code)) throw error
  return { state: 'failed', problems: [error.message], error }
}

function isReady(parts: readonly ReadyPart[]): boolean {
  return parts.every(({ state }) => state === 'ready' || state === 'done')
}

async function waited(
  parts: readonly Part[],
  first: readonly ReadyPart[],
  { waitMs = 60_000, signal }: EnsureReadyOptions,
  logger: AdoptionLogger,
): Promise<readonly ReadyPart[]> {
  const until = performance.now() + waitMs
  logger.info(`waiting for the database: ${textOf(first)}`)
  let found = first
  for (let attempt = 1; !isReady(found); attempt++) {
    const left = until - performance.now()
    if (left <= 0) return found
    await jitteredPause(growingBound(250, attempt, 5_000), { atLeastHalf: true, atMostMs: left, signal: signal ?? null })
    requireNotAborted(signal)
    found = await look(parts)
  }
  return found
}

/**
 * Does what is missing under a lease, and looks again under it first: whoever waited for another process finds it done.
 */
async function ran(parts: readonly Part[], found: readonly ReadyPart[], options: EnsureReadyOptions): Promise<readonly ReadyPart[]> {
  const { db, conversations: { name = 'conversations', schema = 'public' } = {} } = options
  if (db === undefined) return runAll(parts)
  const table = await passesOf(db, schema)
  try {
    return await withLease({ ...options, db }, { table, key: `start with ${name}`, database: schema }, () => runAll(parts))
  } catch (error) {
    if (!isConversationStoreError(error, 'MIGRATION_LOCKED')) throw error
    return found.map((part) => (part.state === 'ready' ? part : { ...part, ...failed(error) }))
  }
}

async function runAll(parts: readonly Part[]): Promise<readonly ReadyPart[]> {
  const done: ReadyPart[] = []
  for (const part of parts) done.push(await runOne(part))
  return done
}

async function runOne(part: Part): Promise<ReadyPart> {
  const before = await lookAt(part)
  if (before.state === 'ready') return before
  try {
    await part.run()
  } catch (error) {
    return { ...before, ...failed(error) }
  }
  const after = await lookAt(part)
  return after.state === 'ready' ? { ...after, state: 'done' } : after
}

function passesOf(db: AdoptionOptions['db'], schema: string): Promise<PassTable> {
  return byEngine(db, {
    mongo: async (database) => (await import('./mongo/passes.js')).passTable(database),
    postgres: async (driver): Promise<PassTable> => (await import('./postgres/passes.js')).passTable(driver, schema),
  })
}

/** Tells it in one line. */
function told(logger: AdoptionLogger, parts: readonly ReadyPart[]): ReadyReport {
  const ready = isReady(parts)
  const did = parts.filter(({ state }) => state === 'done').map(({ part }) => part)
  if (!ready) logger[parts.some(({ error }) => error !== null) ? 'error' : 'warn'](`The database is not ready: ${textOf(parts)}`)
  else if (did.length > 0) logger.info(`The database is ready. Done: ${did.join(', ')}.`)
  else logger.debug('The database is ready.')
  return { ready, parts }
}

function textOf(parts: readonly ReadyPart[]): string {
  const open = parts.filter(({ state }) => state === 'pending' || state === 'failed')
  const problems = open.flatMap((part) => part.problems).join(' ')
  return oneLine(`${problems} Run: ${open.map(({ command }) => command).join(' && ')}`)
}
