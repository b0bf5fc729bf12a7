import type { SchemaChangeBlocker } from '../../../model/errors.js'
import type { MigrationSession } from '../migration.js'
import { readJson } from './read-json.js'

/**
 * Who blocks a change of the table: the holders of its locks, and if snapshots count (a concurrent build waits for
 * them) every transaction that is older than the attempt. At most 10, the oldest first. The text of their queries is
 * never included, because it may hold what people wrote.
 */
export async function readBlockers(
  session: MigrationSession,
  schema: string,
  table: string,
  { snapshotsOlderThanMs }: { readonly snapshotsOlderThanMs: number | null },
): Promise<readonly SchemaChangeBlocker[]> {
  return readJson<SchemaChangeBlocker>(session, blockersQuery, [schema, table, snapshotsOlderThanMs])
}

const blockersQuery = `select json_build_object('pid', a.pid, 'state', a.state, 'application', a.application_name,
  'transactionAgeMs', (extract(epoch from clock_timestamp() - a.xact_start) * 1000)::bigint)::text as blocker
from pg_catalog.pg_stat_activity a
where a.pid <> pg_catalog.pg_backend_pid()
  and (a.datname is null or a.datname = pg_catalog.current_database())
  and (exists (select from pg_catalog.pg_locks l join pg_catalog.pg_class c on c.oid = l.relation
         join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where l.pid = a.pid and l.granted and n.nspname = $1::text and c.relname = $2::text)
    or (a.backend_xmin is not null and a.xact_start < clock_timestamp() - $3::float8 * interval '1 millisecond'))
order by a.xact_start nulls last limit 10`
