import type { IndexFinding } from '../../../migrator/kernel/index-findings.js'
import { isAsked } from '../../../migrator/kernel/index-sets.js'
import type { MigrationSession, PostgresIndex } from '../migration.js'
import { indexDifferences, sameColumns } from './index-differences.js'
import { replacementName } from './index-sql.js'
import { type LiveIndex, readLiveIndexes } from './live-indexes.js'
import { readJson } from './read-json.js'

/** A finding, with the two indexes that were compared. */
export interface ExaminedIndex {
  readonly finding: IndexFinding
  /** Null if no migration declares it. */
  readonly declared: PostgresIndex | null
  /** Null if the database has none. */
  readonly live: LiveIndex | null
}

/**
 * Compares the declared indexes with all the indexes on their tables. It only reads. An index that the index set leaves
 * out is not reported as missing.
 */
export async function compareIndexes(
  session: MigrationSession,
  schema: string,
  declared: readonly PostgresIndex[],
  indexSet: string | null = null,
): Promise<readonly IndexFinding[]> {
  return (await examineIndexes(session, schema, declared, indexSet)).map(({ finding }) => finding)
}

export async function examineIndexes(
  session: MigrationSession,
  schema: string,
  all: readonly PostgresIndex[],
  indexSet: string | null,
): Promise<readonly ExaminedIndex[]> {
  const declared = await withoutAbsent(session, schema, all)
  const names = new Set(declared.map(({ name }) => name))
  const tables = [...new Set(declared.map(({ table }) => table))]
  const live = (await readLiveIndexes(session, schema, { tables, names: [...names] })).filter(({ attached }) => !attached)
  const byName = new Map(live.map((index) => [index.name, index]))
  const free = new Set(live.filter(({ name }) => !names.has(name)))

  const examined: ExaminedIndex[] = []
  for (const index of declared) {
    if (!isAsked(index.indexSet, indexSet)) continue
    const found = byName.get(index.name)
    const one = found === undefined ? await examineMissing(session, schema, index, free) : await examineFound(session, schema, index, found)
    if (one.finding.verdict === 'renamed' && one.live !== null) free.delete(one.live)
    examined.push(one)
  }
  // A successor that was built but has not replaced its index yet belongs to that index.
  const successors = new Set(declared.map(({ name }) => replacementName(name)))
  const awaited = new Set(
    examined.filter(({ finding }) => finding.verdict === 'differs').map(({ finding }) => replacementName(finding.index)),
  )
  for (const index of free) {
    if (index.required || awaited.has(index.name)) continue
    const verdict = index.builder !== null ? 'building' : successors.has(index.name) && !index.valid ? 'invalid' : 'unmanaged'
    examined.push({
      declared: null,
      live: index,
      finding: { ...named(index.table, index.name), verdict, found: index.name, differences: [] },
    })
  }
  return examined
}

/** The indexes without those whose table somebody has dropped on purpose. */
async function withoutAbsent(
  session: MigrationSession,
  schema: string,
  declared: readonly PostgresIndex[],
): Promise<readonly PostgresIndex[]> {
  const dispensable = [...new Set(declared.flatMap(({ table, mayBeAbsent }) => (mayBeAbsent ? [table] : [])))]
  if (dispensable.length === 0) return declared
  const present = new Set(await readJson<string>(session, presentTablesQuery, [schema, JSON.stringify(dispensable)]))
  return declared.filter(({ table, mayBeAbsent }) => !mayBeAbsent || present.has(table))
}

const presentTablesQuery = `select to_json(t.relname)::text as json
from pg_catalog.pg_class t join pg_catalog.pg_namespace n on n.oid = t.relnamespace
where n.nspname = $1 and t.relkind in ('r', 'p') and t.relname in (select json_array_elements_text($2::json))`

async function examineFound(session: MigrationSession, schema: string, declared: PostgresIndex, live: LiveIndex): Promise<ExaminedIndex> {
  const finding = { ...named(declared.table, declared.name), found: live.name }
  if (live.builder !== null) return { declared, live, finding: { ...finding, verdict: 'building', differences: [] } }
  if (!live.valid && live.table === declared.table) return { declared, live, finding: { ...finding, verdict: 'invalid', differences: [] } }
  const differences = await indexDifferences(session, schema, declared, live)
  return { declared, live, finding: { ...finding, verdict: differences.length === 0 ? 'equal' : 'differs', differences } }
}

async function examineMissing(
  session: MigrationSession,
  schema: string,
  declared: PostgresIndex,
  free: ReadonlySet<LiveIndex>,
): Promise<ExaminedIndex> {
  const finding = named(declared.table, declared.name)
  let reused: ExaminedIndex | null = null
  for (const live of free) {
    if (live.table !== declared.table || !live.valid || !(await sameColumns(session, schema, declared, live))) continue
    const differences = await indexDifferences(session, schema, declared, live)
    if (differences.length === 0) return { declared, live, finding: { ...finding, verdict: 'renamed', found: live.name, differences } }
    reused ??= { declared, live, finding: { ...finding, verdict: 'key-reused', found: live.name, differences } }
  }
  return reused ?? { declared, live: null, finding: { ...finding, verdict: 'missing', found: null, differences: [] } }
}

function named(collection: string, index: string): Pick<IndexFinding, 'collection' | 'index'> {
  return { collection, index }
}
