import type { BackfillApplied } from './backfill-types.js'

/** The report of a pass, from what it counted. */
export function backfillApplied(counts: Readonly<Record<string, number>>): BackfillApplied {
  const of = (name: string) => counts[name] ?? 0
  return {
    updated: of('updated'),
    assigned: of('assigned'),
    quarantined: of('quarantined'),
    deleted: of('deleted'),
    keptAsSet: of('keptAsSet'),
    left: { orphan: of('orphan'), ambiguous: of('ambiguous'), noAccount: of('noAccount'), noOaId: of('noOaId') },
  }
}
