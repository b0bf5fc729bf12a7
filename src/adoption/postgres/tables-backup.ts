import type { PostgresDriver } from '../../postgres/drivers.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { type Backup, postgresBackup } from '../backup.js'
import { readOne } from './sessions.js'

/** Tables of the helpers' own that a restore brings back to what they were. */
const kept = ['conversation_store_archive', 'conversation_store_quarantine']

/**
 * The commands for some tables of a schema that a helper changes, with all that names them: tables by their foreign
 * keys, partitions, and views. Without those a restore could not drop the tables.
 */
export async function tablesBackup(driver: PostgresDriver, schema: string, names: readonly string[], time: Date): Promise<Backup> {
  const found = await readOne<readonly (readonly [schema: string, name: string])[]>(
    driver,
    `with recursive wanted as (
  select pg_catalog.to_regclass(n.name)::oid as oid from json_array_elements_text($1::json) n(name) where pg_catalog.to_regclass(n.name) is not null
  union
  select d.oid from wanted w cross join lateral (
    select r.conrelid as oid from pg_catalog.pg_constraint r where r.confrelid = w.oid and r.contype = 'f'
    union all select i.inhrelid from pg_catalog.pg_inherits i where i.inhparent = w.oid
    union all select v.ev_class from pg_catalog.pg_depend e join pg_catalog.pg_rewrite v on v.oid = e.objid
      where e.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and e.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and e.refobjid = w.oid
  ) d)
select coalesce(json_agg(json_build_array(n.nspname, c.relname) order by c.oid), '[]')::text
from wanted w join pg_catalog.pg_class c on c.oid = w.oid join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'f')`,
    [JSON.stringify([...names, ...kept].map((name) => qualified(schema, name)))],
  )
  return postgresBackup(found, time)
}
