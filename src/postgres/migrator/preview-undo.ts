import type { PreviewedStep, RunContext } from '../../migrator/kernel/target.js'
import { type KeptData, keptInWords } from '../../model/kept-data.js'
import { formerIndexes } from './change-indexes.js'
import type { RunConnection } from './connection.js'
import { countData } from './count-data.js'
import { dropIndexSql } from './indexes/index-sql.js'
import { readLiveIndexes } from './indexes/live-indexes.js'
import { readJson } from './indexes/read-json.js'
import type { RunnablePostgresMigration } from './migration.js'
import { inPreview, previewCode } from './preview.js'
import { previewChange } from './preview-indexes.js'
import { downStep, dropStep, indexStep, statementsOf } from './runnable.js'
import { sqlContext } from './sql-context.js'
import type { TargetSettings } from './target-settings.js'

interface Column {
  readonly table: string
  readonly column: string
  readonly usual: string | null
}

/** The tables of the schema with their columns, as a statement may name them. */
interface Named {
  readonly schema: string
  readonly tables: readonly string[]
  readonly columns: readonly Column[]
}

/**
 * Previews the way back of a migration as `previewSteps` does: every statement, with the rows of each table that it
 * names, and what holds data as an obstacle. It goes by the words of the statements. The run itself asks the server
 * what they have dropped (without-loss.ts).
 */
export function previewUndo(
  settings: TargetSettings,
  migration: RunnablePostgresMigration,
  context: RunContext,
): Promise<readonly PreviewedStep[]> {
  const { steps, up, down, indexes = [], tx } = migration.definition
  const { schema } = settings.names
  return inPreview(settings, async (connection) => {
    const named = await namesIn(connection, schema)
    const previews: PreviewedStep[] = []
    if (down === undefined && (steps.length > 0 || up !== undefined))
      previews.push({ step: downStep, would: [], count: null, obstacles: ['it can not be undone: its definition has no `down`'] })
    if (typeof down === 'function') previews.push({ ...(await previewCode(connection, settings, down, context)), step: downStep })
    for (const step of typeof down === 'object' ? down : [])
      previews.push(await previewStatements(connection, named, step.name, statementsOf(step, sqlContext(settings))))
    const former = formerIndexes({ settings, migration, context })
    for (const index of [...former].reverse()) previews.push(await previewChange(connection, schema, index, indexStep(index)))
    const names = indexes.map(({ name }) => name).filter((name) => !former.some((each) => each.name === name))
    const live = await readLiveIndexes(connection, schema, { tables: [], names })
    for (const { name } of live.filter(({ required }) => !required).reverse())
      previews.push({ step: dropStep(name), would: [dropIndexSql(schema, name, { concurrently: !tx })], count: null, obstacles: [] })
    return previews
  })
}

async function previewStatements(
  connection: RunConnection,
  named: Named,
  step: string,
  statements: readonly string[],
): Promise<PreviewedStep> {
  const would: string[] = []
  const kept = new Map<string, KeptData>()
  const counts = new Map<string, number>()
  for (const statement of statements) {
    const words = wordsOf(statement)
    const concerned =
      /\bdrop\s+schema\b/i.test(statement) && words.has(named.schema) ? named.tables : named.tables.filter((table) => words.has(table))
    for (const table of concerned)
      counts.set(table, counts.get(table) ?? (await countData(connection, { schema: named.schema, table, column: null, usual: null })))
    const noted = concerned.map((table) => `${table}: ${counts.get(table)} rows`)
    would.push(noted.length === 0 ? statement : `${statement} -- ${noted.join(', ')}`)
    for (const each of await losses(connection, named, statement, concerned, counts)) kept.set(each.what, each)
  }
  const total = [...counts.values()].reduce((sum, rows) => sum + rows, 0)
  const obstacles = [...kept.values()].map(
    (each) => `${keptInWords(each)}: without --drop-data it is kept, and the migration is not undone`,
  )
  return { step, would, count: counts.size === 0 ? null : total, obstacles }
}

async function losses(
  connection: RunConnection,
  { schema, columns }: Named,
  statement: string,
  concerned: readonly string[],
  counts: ReadonlyMap<string, number>,
): Promise<readonly KeptData[]> {
  if (/\bdrop\s+(table|schema)\b/i.test(statement))
    return concerned.map((table) => ({ what: `table ${table}`, rows: counts.get(table) ?? 0 })).filter(({ rows }) => rows > 0)
  const dropped = [...statement.matchAll(/\bdrop\s+column\s+(?:if\s+exists\s+)?("(?:[^"]|"")*"|[\w$]+)/gi)].map(([, name = '']) =>
    unquoted(name),
  )
  const lost: KeptData[] = []
  for (const each of columns.filter(({ table, column }) => concerned.includes(table) && dropped.includes(column))) {
    const rows = await countData(connection, { ...each, schema })
    if (rows > 0) lost.push({ what: `column ${each.table}.${each.column}`, rows })
  }
  return lost
}

function wordsOf(statement: string): ReadonlySet<string> {
  return new Set([...statement.matchAll(/"(?:[^"]|"")*"|[\w$\u0080-\uffff]+/g)].map(([word]) => unquoted(word)))
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase()
}

async function namesIn(connection: RunConnection, schema: string): Promise<Named> {
  const columns = await readJson<Column>(
    connection,
    `select json_build_object('table', c.relname, 'column', a.attname,
  'usual', (select pg_catalog.pg_get_expr(d.adbin, d.adrelid) from pg_catalog.pg_attrdef d where d.adrelid = a.attrelid and d.adnum = a.attnum))::text as found
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname = $1::text and c.relkind in ('r', 'p') and not c.relispartition`,
    [schema],
  )
  return { schema, columns, tables: [...new Set(columns.map(({ table }) => table))] }
}
