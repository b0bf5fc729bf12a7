import { literal } from '../literal.js'
import { type Names, tableNames, viewNames } from '../names.js'
import type { StepNames } from './schema-step.js'

/**
 * Who may do what. A host's default privileges can give every new table and function to roles that its end users take
 * (as every Supabase project has them), and whoever calls a function of the store names the account. So what the store
 * creates is closed in the transaction that creates it: those rights are revoked, and row security is on. The owner and
 * roles with BYPASSRLS are not affected. What the host grants later stands. docs/decisions/rights.md says why.
 */

/** The policy that lets the serving roles work with all accounts. There is one for each table. */
const servingPolicy = 'conversation_store_serving'

/** The function by which a database tells whether a store has been served from it before this run. */
const entryFunction = 'bulk_upsert_conversations_with_events'
const entrySignature = 'jsonb'

/**
 * A query of the oids of a store's tables (`c.oid`), of their partitions and of the sequences that belong to them. A
 * partition is a table too: whoever may read it passes its parent's policies.
 */
export function relationsOf({ schema, prefix }: Pick<Names, 'schema' | 'prefix'>, names: readonly string[] = tableNames): string {
  const tables = `select t.oid from pg_catalog.pg_class t where t.relnamespace = (select n.oid from pg_catalog.pg_namespace n where n.nspname = ${literal(schema)})
      and t.relkind in ('r', 'p') and t.relname in (${names.map((name) => literal(prefix + name)).join(', ')})`
  return `select c.oid, c.relname, c.relkind, c.relowner, c.relacl, c.relrowsecurity, c.relispartition from pg_catalog.pg_class c where c.oid in (
      ${tables}
      union select i.inhrelid from pg_catalog.pg_inherits i where i.inhparent in (${tables})
      union select d.objid from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::regclass and d.refobjid in (${tables})
        and d.deptype in ('a', 'i') and exists (select from pg_catalog.pg_class s where s.oid = d.objid and s.relkind = 'S'))`
}

/** A query of the store's views. */
export function viewsOf({ schema, prefix }: Names): string {
  return `select v.oid, v.relname, v.relowner, v.relacl from pg_catalog.pg_class v
    where v.relnamespace = (select n.oid from pg_catalog.pg_namespace n where n.nspname = ${literal(schema)})
      and v.relkind = 'v' and v.relname in (${viewNames.map((name) => literal(prefix + name)).join(', ')})`
}

/** A query of the store's functions, by the names that this version gives them. */
export function functionsIn({ schema, prefix }: Names, names: readonly string[]): string {
  return `select p.oid, p.proname, p.proowner, p.proacl from pg_catalog.pg_proc p
    where p.pronamespace = (select n.oid from pg_catalog.pg_namespace n where n.nspname = ${literal(schema)})
      and p.proname in (${names.map((name) => literal(prefix + name)).join(', ')})`
}

/** Of an ACL: the grantees who are neither the owner nor a role that row security does not hold. 0 is the public. */
export function strangersIn(acl: string, owner: string): string {
  return `select distinct a.grantee, coalesce(quote_ident(g.rolname), 'public') as name
      from pg_catalog.aclexplode(${acl}) a left join pg_catalog.pg_roles g on g.oid = a.grantee
      where a.grantee <> ${owner} and (a.grantee = 0 or not (g.rolbypassrls or g.rolsuper))`
}

/** Closes the ledger, in the transaction that creates it. */
export function closeLedgerSql(names: Names): string {
  return block(closing(relationsOf(names, ['conversation_store_migrations'])))
}

/**
 * Opens a table that a later step has made to those who may use another one already, and to nobody else. Its row
 * security is as that one's: where the host has granted everything by hand, it would lock the roles out.
 */
export function openLikeSql(names: StepNames, made: string, like: string): string {
  const other = `to_regclass(${literal(names.fn(like))})`
  return block(`${closing(relationsOf(names, [made]))}
  for v_it in select r.oid::regclass::text as name from (${relationsOf(names, [made])}) r
    where r.relkind in ('r', 'p') and not (select o.relrowsecurity from pg_catalog.pg_class o where o.oid = ${other})
  loop
    execute format('alter table %s disable row level security', v_it.name);
  end loop;
  for v_it in
    select distinct case when a.grantee = 0 then 'public' else quote_ident(g.rolname) end as name, lower(a.privilege_type) as privilege
    from pg_catalog.pg_class o cross join lateral pg_catalog.aclexplode(o.relacl) a left join pg_catalog.pg_roles g on g.oid = a.grantee
    where o.oid = ${other} and a.grantee <> o.relowner and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
  loop
    execute format('grant %s on table %s to %s', v_it.privilege, ${literal(names.fn(made))}, v_it.name);
  end loop;
  for v_it in
    select string_agg(coalesce(quote_ident(g.rolname), 'public'), ', ') as name
    from pg_catalog.pg_policy y cross join lateral unnest(y.polroles) p(oid) left join pg_catalog.pg_roles g on g.oid = p.oid
    where y.polname = ${literal(servingPolicy)} and y.polrelid = ${other} having count(*) > 0
  loop
    execute format('create policy ${servingPolicy} on %s for all to %s using (true)', ${literal(names.fn(made))}, v_it.name);
  end loop;`)
}

/** Creates a table of the migrator's own and closes it, in one statement. `table` has no quotes. */
export function createClosedSql(createSql: string, schema: string, table: string): string {
  return block(`  execute ${literal(createSql)};
${closing(`select c.oid, c.relkind, c.relowner, c.relacl from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${literal(schema)} and c.relname = ${literal(table)}`)}`)
}

/**
 * Creates a view and closes it, in one statement. Where the server can (15 and newer), the view reads with the rights
 * of whoever reads it, so that row security holds there too. On an older server it reads with its owner's, and the
 * barrier keeps conditions of a reader's own from seeing rows that the view leaves out.
 */
export function createClosedViewSql(names: StepNames, view: string, query: string): string {
  return block(`  execute 'create view ' || ${literal(names.fn(view))} || case when current_setting('server_version_num')::integer >= 150000
    then ' with (security_invoker = true)' else ' with (security_barrier = true)' end || ' as ' || ${literal(query)};
${closing(`select c.oid, c.relkind, c.relowner, c.relacl from pg_catalog.pg_class c where c.oid = to_regclass(${literal(names.fn(view))})`)}`)
}

function closing(relations: string): string {
  return `  for v_it in
    select r.oid::regclass::text as name, r.relkind, s.name as grantee from (${relations}) r
    cross join lateral (${strangersIn('r.relacl', 'r.relowner')}) s
  loop
    execute format('revoke all on %s %s from %s', case v_it.relkind when 'S' then 'sequence' else 'table' end, v_it.name, v_it.grantee);
  end loop;
  for v_it in select r.oid::regclass::text as name from (${relations}) r where r.relkind in ('r', 'p') loop
    execute format('alter table %s enable row level security', v_it.name);
  end loop;`
}

/** Remembers, for the rest of the transaction, which of the functions exist before they are created. */
export function rememberFunctionsSql(names: Names, functions: readonly string[]): string {
  return block(`  perform set_config('conversation_store.functions', coalesce((
    select string_agg(f.oid::text, ',') from (${functionsIn(names, functions)}) f), ''), true);`)
}

/**
 * Closes the functions that are new, and lets those call them who may call the store already: whoever may call the bulk
 * function, and the roles of the serving policy. The others keep the rights that the host gave them, because
 * `create or replace` keeps them.
 */
export function closeFunctionsSql(names: Names, functions: readonly string[]): string {
  const isKnown = (oid: string) => `${oid}::text = any (string_to_array(current_setting('conversation_store.functions', true), ','))`
  const entry = `to_regprocedure(${literal(`${names.fn(entryFunction)}(${entrySignature})`)})`
  return block(`  for v_it in
    select f.oid::regprocedure::text as name, s.name as grantee from (${functionsIn(names, functions)}) f
    cross join lateral (${strangersIn("coalesce(f.proacl, pg_catalog.acldefault('f', f.proowner))", 'f.proowner')}) s
    where not coalesce(${isKnown('f.oid')}, false)
  loop
    execute format('revoke all on function %s from %s', v_it.name, v_it.grantee);
  end loop;
  for v_it in
    select f.oid::regprocedure::text as name, g.name as grantee from (${functionsIn(names, functions)}) f
    cross join (
      select coalesce(quote_ident(r.rolname), 'public') as name
      from pg_catalog.pg_proc e cross join lateral pg_catalog.aclexplode(coalesce(e.proacl, pg_catalog.acldefault('f', e.proowner))) a
      left join pg_catalog.pg_roles r on r.oid = a.grantee
      where e.oid = ${entry} and a.grantee <> e.proowner and coalesce(${isKnown('e.oid')}, false)
      union
      select quote_ident(r.rolname) from pg_catalog.pg_policy y cross join lateral unnest(y.polroles) p(oid) join pg_catalog.pg_roles r on r.oid = p.oid
      where y.polname = ${literal(servingPolicy)} and y.polrelid = to_regclass(${literal(names.tables.conversations)})) g
    where not coalesce(${isKnown('f.oid')}, false)
  loop
    execute format('grant execute on function %s to %s', v_it.name, v_it.grantee);
  end loop;`)
}

/**
 * Grants a role what it needs to serve, and adds it to the policy of each table. It writes nothing if the role has all
 * of it. The partitions get nothing, because the store reaches them through their tables.
 */
export function serveSql(names: Names, role: string, functions: readonly string[]): string {
  const it = literal(role)
  return block(`  if not has_schema_privilege(${it}, ${literal(names.schema)}, 'usage') then
    execute format('grant usage on schema %I to %I', ${literal(names.schema)}, ${it});
  end if;
  for v_it in
    select r.oid, r.oid::regclass::text as name, r.relname = ${literal(`${names.prefix}conversation_store_migrations`)} as is_ledger,
      (select y.polroles from pg_catalog.pg_policy y where y.polrelid = r.oid and y.polname = ${literal(servingPolicy)}) as roles
    from (${relationsOf(names)}) r where r.relkind in ('r', 'p') and not r.relispartition
  loop
    if v_it.is_ledger and not has_table_privilege(${it}, v_it.oid, 'select') then
      execute format('grant select on table %s to %I', v_it.name, ${it});
    elsif not v_it.is_ledger and not (has_table_privilege(${it}, v_it.oid, 'select') and has_table_privilege(${it}, v_it.oid, 'insert')
      and has_table_privilege(${it}, v_it.oid, 'update') and has_table_privilege(${it}, v_it.oid, 'delete')) then
      execute format('grant select, insert, update, delete on table %s to %I', v_it.name, ${it});
    end if;
    if v_it.roles is null then
      execute format('create policy ${servingPolicy} on %s for %s to %I using (true)', v_it.name, case when v_it.is_ledger then 'select' else 'all' end, ${it});
    elsif not (select r.oid from pg_catalog.pg_roles r where r.rolname = ${it}) = any (v_it.roles) and not 0::oid = any (v_it.roles) then
      execute format('alter policy ${servingPolicy} on %s to %s', v_it.name, (
        select string_agg(quote_ident(r.rolname), ', ') from pg_catalog.pg_roles r where r.oid = any (v_it.roles) or r.rolname = ${it}));
    end if;
  end loop;
  for v_it in select f.oid::regprocedure::text as name from (${functionsIn(names, functions)}) f where not has_function_privilege(${it}, f.oid, 'execute') loop
    execute format('grant execute on function %s to %I', v_it.name, ${it});
  end loop;`)
}

function block(body: string): string {
  return `do $rights$
declare
  v_it record;
begin
${body}
end
$rights$`
}
