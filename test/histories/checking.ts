import { check, report } from './check.js'
import type { HistoryDatabase } from './databases.js'
import { type HistoryRun, writeHistory } from './write-history.js'

/** Writes a history, prints its figures, and returns the violations in words: empty when every clause holds. */
export async function checkedHistory(database: HistoryDatabase, run: HistoryRun): Promise<string> {
  try {
    const { world, seen, samples, faults, milliseconds } = await writeHistory(database, run)
    const violations = [...seen, ...check(world)].filter(({ rule }) => !database.cannotKeep.includes(rule))
    const of = (outcome: string) => world.operations.filter((each) => each.outcome === outcome).length
    const caused = [...faults].map(([name, count]) => `${count} × ${name}`).join(', ')
    process.stdout.write(
      `${database.name}: ${world.operations.length} operations in ${(milliseconds / 1000).toFixed(0)} s (seed ${run.seed}): ` +
        `${of('ok')} ok, ${of('failed')} refused, ${of('unknown')} unknown, ${samples} samples, ` +
        `faults: ${caused || 'none'}, violations: ${violations.length}\n`,
    )
    if (of('ok') * 2 < world.operations.length) return 'more than half of the calls were refused or never answered'
    return violations.length === 0 ? '' : `seed ${run.seed}\n${report(violations)}`
  } finally {
    await database.drop()
  }
}
