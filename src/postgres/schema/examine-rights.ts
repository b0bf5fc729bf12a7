import { columns } from '../columns.js'
import type { Executor } from '../executor.js'
import { functionsOf } from '../functions/functions.js'
import type { Names } from '../names.js'
import { text } from '../readers.js'
import { compile, raw } from '../sql.js'
import { functionsIn, relationsOf, strangersIn, viewsOf } from './rights.js'

const findingRow = columns({ finding: text })

/**
 * What is wrong with the rights in a store's schema, in words: a serving role that lacks something, and a stranger who
 * has something. The serving roles are those that a policy names, and the role of the connection.
 */
export async function examineRights(executor: Executor, names: Names): Promise<readonly string[]> {
  const rows = await executor.run(compile(raw(rightsQuery(names))), null)
  return rows.map((row) => text(findingRow.of(row).finding))
}

/** A query whose column `finding` has one line for each role and each kind of thing that is wrong. */
export function rightsQuery(names: Names): string {
  const functions = functionsOf(names).map(({ name }) => name)
  const ledger = `${names.prefix}conversation_store_migrations`
  return `with relation as (
  ${relationsOf(names)}
), routine as (
  ${functionsIn(names, functions)}
), policy as (
  select y.polrelid, p.oid as role from pg_catalog.pg_policy y cross join lateral unnest(y.polroles) p(oid) where y.polrelid in (select oid from relation)
), serving as (
  select r.oid, r.rolname, r.rolbypassrls or r.rolsuper as bypasses from pg_catalog.pg_roles r
  where r.rolname = current_user or r.oid in (select role from policy)
), lacking as (
  select s.rolname, case when t.relname = '${ledger.replaceAll("'", "''")}' then 'select' else 'select, insert, update, delete' end
      || ' on ' || t.relname as what
  from serving s join relation t on t.relkind in ('r', 'p') and not t.relispartition
  where not has_table_privilege(s.oid, t.oid, 'select') or t.relname <> '${ledger.replaceAll("'", "''")}' and not (has_table_privilege(s.oid, t.oid, 'insert')
    and has_table_privilege(s.oid, t.oid, 'update') and has_table_privilege(s.oid, t.oid, 'delete'))
  union all
  select s.rolname, 'a policy on ' || t.relname from serving s join relation t on t.relrowsecurity and t.relkind in ('r', 'p') and not t.relispartition
  where not s.bypasses and not pg_has_role(s.oid, t.relowner, 'usage')
    and not exists (select from policy where policy.polrelid = t.oid and (policy.role = 0 or pg_has_role(s.oid, policy.role, 'usage')))
  union all
  select s.rolname, 'execute on ' || f.proname from serving s join routine f on not has_function_privilege(s.oid, f.oid, 'execute')
), open as (
  select g.name, t.relname as what from relation t cross join lateral (${strangersIn('t.relacl', 't.relowner')}) g
  where not exists (select from policy where policy.polrelid = t.oid and (policy.role = 0 or policy.role = g.grantee))
    and not (g.grantee <> 0 and pg_has_role(g.grantee, t.relowner, 'usage'))
  union all
  select g.name, f.proname from routine f
  cross join lateral (${strangersIn("coalesce(f.proacl, pg_catalog.acldefault('f', f.proowner))", 'f.proowner')}) g
  where not exists (select from policy where policy.role = g.grantee)
  union all
  select g.name, v.relname from (${viewsOf(names)}) v cross join lateral (${strangersIn('v.relacl', 'v.relowner')}) g
  where not exists (select from policy where policy.role = g.grantee)
)
select 'the role ' || rolname || ' lacks ' || min(what) || case when count(*) > 1 then ' and ' || count(*) - 1 || ' more' else '' end as finding
from lacking group by rolname
union all
select 'the role ' || name || ' has rights on ' || min(what) || case when count(*) > 1 then ' and ' || count(*) - 1 || ' more' else '' end
from open group by name order by 1`
}
