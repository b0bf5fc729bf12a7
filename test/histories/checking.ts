import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { check, report } from './check.js'
import type { HistoryDatabase } from './databases.js'
import type { World } from './world.js'
import { type HistoryRun, writeHistory } from './write-history.js'

/** A directory in which a history with violations is kept, with the rows at its end. Default: none is kept. */
const keptIn = process.env.HISTORY_KEEP

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
    if (violations.length > 0 && keptIn !== undefined) keep(keptIn, world)
    return violations.length === 0 ? '' : `seed ${run.seed}\n${report(violations)}`
  } finally {
    await database.drop()
  }
}

/** Line by line, because a long history is larger than a string may be. */
function keep(directory: string, { operations, accounts }: World): void {
  const lines = (file: string, values: readonly unknown[]) =>
    writeFileSync(join(directory, file), values.map((value) => `${JSON.stringify(value)}\n`).join(''))
  lines('operations.ndjson', operations)
  for (const { accountId, ...rows } of accounts) {
    for (const [table, values] of Object.entries(rows)) if (Array.isArray(values)) lines(`${accountId}-${table}.ndjson`, values)
  }
}
