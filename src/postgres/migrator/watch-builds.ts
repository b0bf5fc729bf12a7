import { type BuildWatch, buildWatch, type IndexBuild, unwatched } from '../../migrator/kernel/index-build.js'
import { columns } from '../columns.js'
import { isPgPool } from '../drivers.js'
import { integer, text } from '../readers.js'
import { compile, type Fragment, sql } from '../sql.js'
import type { RunLock } from './run-lock.js'
import type { TargetSettings } from './target-settings.js'

/**
 * Watches the builds of a run over a second connection of the pool. Nothing is told where that would have to wait:
 * PGlite and a single client have one connection, and a pool may have none left.
 */
export function watchBuilds(
  { driver, executor, ticks }: Pick<TargetSettings, 'driver' | 'executor' | 'ticks'>,
  { pid }: Pick<RunLock, 'pid'>,
  onBuild: ((build: IndexBuild) => void) | undefined,
): BuildWatch {
  if (onBuild === undefined || !isPgPool(driver)) return unwatched
  const look = async (index: string): Promise<IndexBuild | null> => {
    if (!hasRoom(driver)) return null
    const [found] = await executor.run(compile(progressQuery(pid)), null)
    if (found === undefined) return null
    const row = progressRow.of(found)
    const of = integer(row.of)
    return { index, phase: text(row.phase), done: of === 0 ? null : integer(row.done), of: of === 0 ? null : of }
  }
  return buildWatch(ticks, look, onBuild)
}

/** Whether a pool gives a connection at once. One that does not say how many it has is not asked for one. */
function hasRoom(pool: object): boolean {
  const number = (of: unknown, name: string) => Number(Reflect.get(Object(of), name))
  const isFull = number(pool, 'totalCount') >= number(Reflect.get(pool, 'options'), 'max')
  return number(pool, 'waitingCount') === 0 && (number(pool, 'idleCount') > 0 || isFull === false)
}

const progressRow = columns({ phase: text, done: integer, of: integer })

/** A phase counts blocks, rows, or the transactions that it waits for, and a table with partitions counts those. */
function progressQuery(pid: number): Fragment {
  return sql`select build.phase,
  case when build.partitions_total > 0 then build.partitions_done when build.blocks_total > 0 then build.blocks_done
    when build.tuples_total > 0 then build.tuples_done else build.lockers_done end as done,
  case when build.partitions_total > 0 then build.partitions_total when build.blocks_total > 0 then build.blocks_total
    when build.tuples_total > 0 then build.tuples_total else build.lockers_total end as of
from pg_catalog.pg_stat_progress_create_index build
where build.pid = ${pid}::integer and build.phase is not null`
}
