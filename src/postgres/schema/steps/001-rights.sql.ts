import { literal } from '../../literal.js'
import type { StepNames } from '../schema-step.js'

/**
 * Takes from the tables of this step, and from their partitions, what default privileges gave to anybody but the owner
 * and roles that row security does not hold, and turns row security on. A partition is a table too: whoever may read it
 * passes its parent's policies. docs/decisions/rights.md says why.
 */
export function closeTablesSql({ fn }: Pick<StepNames, 'fn'>): string {
  return `do $rights$
declare
  v_tables constant oid[] := array[
    ${literal(fn('inboxes'))}::regclass, ${literal(fn('inbox_owners'))}::regclass, ${literal(fn('contacts'))}::regclass,
    ${literal(fn('contact_inboxes'))}::regclass, ${literal(fn('conversations'))}::regclass, ${literal(fn('messages'))}::regclass,
    ${literal(fn('contact_interaction_events'))}::regclass, ${literal(fn('conversation_merges'))}::regclass,
    ${literal(fn('contact_merges'))}::regclass];
  v_it record;
begin
  for v_it in
    select c.oid::regclass::text as name, s.names as strangers from pg_catalog.pg_class c
    cross join lateral (
      select string_agg(distinct coalesce(quote_ident(g.rolname), 'public'), ', ') as names
      from pg_catalog.aclexplode(c.relacl) a left join pg_catalog.pg_roles g on g.oid = a.grantee
      where a.grantee <> c.relowner and (a.grantee = 0 or not (g.rolbypassrls or g.rolsuper))) s
    where c.oid = any (v_tables) or c.oid in (select i.inhrelid from pg_catalog.pg_inherits i where i.inhparent = any (v_tables))
  loop
    if v_it.strangers is not null then
      execute format('revoke all on table %s from %s', v_it.name, v_it.strangers);
    end if;
    execute format('alter table %s enable row level security', v_it.name);
  end loop;
end
$rights$`
}
