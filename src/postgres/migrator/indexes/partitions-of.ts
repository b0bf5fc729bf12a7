import type { MigrationSession } from '../migration.js'
import type { QualifiedName } from './index-sql.js'
import { readJson } from './read-json.js'

/** What decides how a table has to be indexed. */
export interface TableLayout {
  /** Whether nothing was ever written to the table or to any of its partitions. */
  readonly empty: boolean
  /** The partitions one level down that can have indexes, or null if the table is not partitioned. */
  readonly partitions: readonly QualifiedName[] | null
}

/** A table that doesn't exist is reported as a plain one that is not empty. */
export async function readLayout(session: MigrationSession, { schema, name }: QualifiedName): Promise<TableLayout> {
  const [layout = { empty: false, partitions: null }] = await readJson<TableLayout>(session, layoutQuery, [schema, name])
  return layout
}

const layoutQuery = `select json_build_object(
  'empty', coalesce((select sum(pg_catalog.pg_relation_size(t.relid)) from pg_catalog.pg_partition_tree(p.oid) t), pg_catalog.pg_relation_size(p.oid)) = 0,
  'partitions', case when p.relkind = 'p' then coalesce((
    select json_agg(json_build_object('schema', cn.nspname, 'name', c.relname) order by c.relname)
    from pg_catalog.pg_inherits h join pg_catalog.pg_class c on c.oid = h.inhrelid join pg_catalog.pg_namespace cn on cn.oid = c.relnamespace
    where h.inhparent = p.oid and c.relkind in ('r', 'p')), '[]') end)::text as layout
from pg_catalog.pg_class p join pg_catalog.pg_namespace n on n.oid = p.relnamespace
where n.nspname = $1::text and p.relname = $2::text and p.relkind in ('r', 'p', 'm')`

/** The indexes that belong to the parent's index, by the partition that they are on. */
export async function readAttached(session: MigrationSession, schema: string, index: string): Promise<ReadonlyMap<string, QualifiedName>> {
  const rows = await readJson<QualifiedName & { readonly on: string }>(session, attachedQuery, [schema, index])
  return new Map(rows.map(({ on, ...child }) => [on, child]))
}

const attachedQuery = `select json_build_object('schema', cn.nspname, 'name', c.relname, 'on', tn.nspname || '.' || t.relname)::text as child
from pg_catalog.pg_inherits h
join pg_catalog.pg_class p on p.oid = h.inhparent
join pg_catalog.pg_namespace n on n.oid = p.relnamespace
join pg_catalog.pg_class c on c.oid = h.inhrelid
join pg_catalog.pg_namespace cn on cn.oid = c.relnamespace
join pg_catalog.pg_index i on i.indexrelid = c.oid
join pg_catalog.pg_class t on t.oid = i.indrelid
join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
where n.nspname = $1::text and p.relname = $2::text and p.relkind = 'I'`

export function partitionKey({ schema, name }: QualifiedName): string {
  return `${schema}.${name}`
}
