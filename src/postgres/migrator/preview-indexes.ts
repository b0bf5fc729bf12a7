import type { PreviewedStep } from '../../migrator/kernel/target.js'
import { dropIndexSql } from './indexes/index-sql.js'
import { readLiveIndexes } from './indexes/live-indexes.js'
import { planIndexSync } from './indexes/plan-index-sync.js'
import type { MigrationSession, PostgresIndex } from './migration.js'
import { dropStep } from './runnable.js'

/** Previews a step that puts an index in the place of another one of its name. */
export async function previewChange(session: MigrationSession, schema: string, index: PostgresIndex, step: string): Promise<PreviewedStep> {
  const actions = await planIndexSync(session, schema, [index], { indexSet: null, prune: false, collection: null })
  const obstacles = actions.flatMap((action) => action.obstacles)
  const would = actions.flatMap((action) => action.would)
  return { step, would, count: null, obstacles, ...(obstacles.length > 0 && { stops: true }) }
}

/** Previews the drop of an index that a migration retires. */
export async function previewRetirement(
  session: MigrationSession,
  schema: string,
  name: string,
  concurrently: boolean,
): Promise<PreviewedStep> {
  const step = dropStep(name)
  const [live] = await readLiveIndexes(session, schema, { tables: [], names: [name] })
  if (live === undefined) return { step, would: [], count: null, obstacles: [] }
  if (live.required) return { step, would: [], count: null, obstacles: [`a constraint rests on ${name}`], stops: true }
  const isConcurrent = concurrently && !live.partitioned
  return { step, would: [dropIndexSql(schema, name, { concurrently: isConcurrent })], count: null, obstacles: [] }
}
