import type { MigrationSession } from '../postgres-migration.js'
import type { QualifiedName } from './index-sql.js'
import { readJson } from './read-json.js'

/** The partitions of a table that can have indexes, one level down; null: it is not partitioned, or not there. */
export async function readPartitions(session: MigrationSession, { schema, name }: QualifiedName): Promise<readonly QualifiedName[] | null> {
  const [found = null] = await readJson<readonly QualifiedName[]>(session, partitionsQuery, [schema, name])
  return found
}

const partitionsQuery = `select coalesce((
  select json_agg(json_build_object('schema', cn.nspname, 'name', c.relname) order by c.relname)
  from pg_catalog.pg_inherits h join pg_catalog.pg_class c on c.oid = h.inhrelid join pg_catalog.pg_namespace cn on cn.oid = c.relnamespace
  where h.inhparent = p.oid and c.relkind in ('r', 'p')), '[]')::text as partitions
from pg_catalog.pg_class p join pg_catalog.pg_namespace n on n.oid = p.relnamespace
where n.nspname = $1::text and p.relname = $2::text and p.relkind = 'p'`

/** The names of the indexes that belong to the parent's index, by the partition on which they are. */
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
