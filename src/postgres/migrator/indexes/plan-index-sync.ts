import type { IndexAction, IndexSyncOptions } from '../../../migrator/kernel/index-findings.js'
import type { MigrationSession, PostgresIndex } from '../migration.js'
import { shareName } from './build-partitioned-index.js'
import { type ExaminedIndex, examineIndexes } from './compare-indexes.js'
import { dropsConcurrently } from './drop-index.js'
import { findDuplicates } from './find-duplicates.js'
import { attachIndexSql, createIndexSql, dropIndexSql, type QualifiedName, renameIndexSql, replacementName } from './index-sql.js'
import type { LiveIndex } from './live-indexes.js'
import { readLayout } from './partitions-of.js'
import { serverObstacles } from './require-server.js'

/** An action, with the indexes that it works on. */
export interface PlannedAction extends Omit<ExaminedIndex, 'finding'> {
  readonly action: IndexAction
}

export interface IndexPlanOptions extends IndexSyncOptions {
  /** The indexes that nobody declares and that are kept all the same. Default: none. */
  readonly spares?: (index: { readonly table: string; readonly name: string }) => boolean
}

/** What `syncIndexes` would do, in order. It only reads, and it also runs in a read-only transaction. */
export async function planIndexSync(
  session: MigrationSession,
  schema: string,
  declared: readonly PostgresIndex[],
  options: IndexPlanOptions,
): Promise<readonly IndexAction[]> {
  const actions: IndexAction[] = []
  for (const { action, declared: index } of await planActions(session, schema, declared, options)) {
    const obstacles = index === null || action.action === 'change' ? [] : await buildObstacles(session, schema, index)
    actions.push({ ...action, obstacles: [...obstacles, ...action.obstacles] })
  }
  return actions
}

/** The same plan without the search for duplicates, which a build finds by itself. */
export async function planActions(
  session: MigrationSession,
  schema: string,
  declared: readonly PostgresIndex[],
  options: IndexPlanOptions,
): Promise<readonly PlannedAction[]> {
  const planned: PlannedAction[] = []
  const asked = declared.filter(({ table }) => options.collection === null || table === options.collection)
  for (const examined of await examineIndexes(session, schema, asked, options.indexSet)) {
    const action = await actionFor(session, schema, examined, options)
    if (action !== null) planned.push({ declared: examined.declared, live: examined.live, action })
  }
  return planned
}

async function actionFor(
  session: MigrationSession,
  schema: string,
  { finding, declared, live }: ExaminedIndex,
  { prune, spares = () => false }: IndexPlanOptions,
): Promise<IndexAction | null> {
  const { collection, index, verdict, found } = finding
  const act = (action: IndexAction['action'], would: readonly string[], obstacles: readonly string[] = []): IndexAction => ({
    collection,
    index,
    action,
    would,
    obstacles,
  })
  if (declared === null) {
    if (live === null || verdict === 'building' || (verdict === 'unmanaged' && (!prune || spares(live)))) return null
    return act('drop', [dropSql(schema, live)])
  }
  const build = (name = declared.name) => buildSql(session, schema, { ...declared, name })
  if (verdict === 'missing' || verdict === 'key-reused') return act('create', await build())
  if (verdict === 'building') return act('create', await build(), [`backend ${live?.builder} is building it, and is waited for`])
  if (verdict === 'invalid' && live !== null)
    return act('rebuild', [...(live.partitioned ? [] : [dropSql(schema, live)]), ...(await build())])
  // This is a replacement that was interrupted: only the renaming is left to do.
  if (verdict === 'renamed' && found === replacementName(index)) return act('change', [renameIndexSql(schema, found, index)])
  if (verdict !== 'differs' || live === null) return null
  const next = replacementName(index)
  return act(
    'replace',
    [...(await build(next)), dropSql(schema, live), renameIndexSql(schema, next, index)],
    replaceObstacles(declared, live),
  )
}

/** The reasons why an index can't be replaced. */
export function replaceObstacles(declared: PostgresIndex, live: LiveIndex): readonly string[] {
  if (live.table !== declared.table) return [`an index of ${live.table} has its name`]
  return live.required ? ['a constraint rests on the one that is there'] : []
}

function dropSql(schema: string, live: LiveIndex): string {
  return dropIndexSql(schema, live.name, { concurrently: dropsConcurrently(live, { concurrently: true }) })
}

/** The statements of a build. On a partitioned table with rows they include those of each partition's share. */
async function buildSql(session: MigrationSession, schema: string, index: PostgresIndex): Promise<readonly string[]> {
  const { empty, partitions } = await readLayout(session, { schema, name: index.table })
  if (empty) return [createIndexSql(schema, index, { concurrently: false })]
  if (partitions === null) return [createIndexSql(schema, index, { concurrently: true })]
  const statements = [createIndexSql(schema, index, { concurrently: false, only: true })]
  for (const partition of partitions) {
    const share: QualifiedName = { schema: partition.schema, name: shareName(index.name, partition) }
    statements.push(...(await buildSql(session, partition.schema, { ...index, table: partition.name, name: share.name })))
    statements.push(attachIndexSql({ schema, name: index.name }, share))
  }
  return statements
}

async function buildObstacles(session: MigrationSession, schema: string, index: PostgresIndex): Promise<readonly string[]> {
  const obstacles = await serverObstacles(session, index)
  return obstacles.length > 0 ? obstacles : duplicateObstacles(session, schema, index)
}

/**
 * The number of duplicates and the query that lists them. The keys themselves are an account's data and are left out.
 */
async function duplicateObstacles(session: MigrationSession, schema: string, index: PostgresIndex): Promise<readonly string[]> {
  if (!index.unique) return []
  const found = await findDuplicates(session, schema, index)
  if (found === null) return ['whether there are duplicates could not be told in time']
  if (found.totalGroups === 0) return []
  return [`${found.totalDocuments} rows share ${found.totalGroups} key(s) of ${found.fields.join(', ')}; list them with ${found.query}`]
}
