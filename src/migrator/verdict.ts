import type { DatabaseState, Verdict } from './migrator.js'
import type { DatabaseReports } from './over-databases.js'

type Reports = DatabaseReports<{ readonly state: DatabaseState }>

/**
 * The public database decides first. Among the tenants, one that failed counts more than those whose work could not
 * begin.
 */
export function verdictOf(reports: Reports): Verdict {
  const ofPublic = reports.public === null ? 'done' : (verdicts[reports.public.state] ?? 'done')
  if (ofPublic !== 'done') return ofPublic
  if (reports.sourceFailure !== undefined) return 'error'
  const states = new Set(reports.tenants.map(({ state }) => state))
  if (states.has('failed')) return 'some-failed'
  const [worst] = (['newer', 'refused', 'locked', 'not-reached'] as const).filter((state) => states.has(state))
  return (worst && verdicts[worst]) ?? 'done'
}

/** Like `verdictOf`, but `pending` when nothing went wrong and some database still has something to run. */
export function statusVerdictOf(reports: Reports): Verdict {
  const verdict = verdictOf(reports)
  const all = [...(reports.public === null ? [] : [reports.public]), ...reports.tenants]
  return verdict === 'done' && all.some(({ state }) => state === 'pending') ? 'pending' : verdict
}

const verdicts: Partial<Record<DatabaseState, Verdict>> = {
  failed: 'error',
  newer: 'newer',
  refused: 'drift',
  locked: 'locked',
  'not-reached': 'error',
}
const states: readonly DatabaseState[] = [
  'applied',
  'up-to-date',
  'pending',
  'failed',
  'locked',
  'refused',
  'newer',
  'skipped',
  'not-reached',
]

export function countStates(reports: Reports): Readonly<Record<DatabaseState, number>> {
  const counts = Object.fromEntries(states.map((state) => [state, 0])) as Record<DatabaseState, number>
  for (const { state } of [...(reports.public === null ? [] : [reports.public]), ...reports.tenants]) counts[state]++
  return counts
}
