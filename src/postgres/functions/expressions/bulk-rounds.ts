import type { Names } from '../../names.js'
import { canonicalInbox, ownInbox } from './contact-inbox-look-up.js'

/**
 * Places the items of a bulk in rounds, which are written one after another. `v_order` gets the items' places in the
 * call by round, `v_ends` where each round ends in it, and `v_runs` whether a round has several items for one head. An
 * item waits for the former one of its head, except that items in a row that bring nothing but live messages are a run
 * and share a round (write_run). A run begins only where the conversation is open, so the item that opens one is not
 * in it. Usernames can lead any two items to one conversation, so with usernames each item has its own round. A call
 * that is sent again has no runs, because its operations may be remembered.
 */
export function placeInRounds({ tables }: Names): string {
  return `with found as (
        select i.ord::integer, coalesce(o.canonical_id, o.id) as head, row_number() over head as place,
          payload->>'resent_after' is null and not v_usernames_given and item.patch = '{}' and item.others is null
            and item.events @? '$[*]' and not item.events @? '$[*] ? (!(@.type == "message") || @.history == true)' as is_run,
          (select true from ${tables.conversations} c where c.account_id = p_account and c.oa_id = k.oa_id and c.customer_id = k.customer_id
            and c.status = 'open' limit 1) as is_open
        from unnest(v_oas, v_customers, v_each) with ordinality as i(oa_id, customer_id, item, ord)
        cross join lateral (select coalesce(i.item->'patch', '{}') as patch, i.item->'events' as events,
          coalesce(i.item->>'channel', i.item->>'expected_version') as others) item
        cross join lateral (${ownInbox(tables, 'i')}) o
        cross join lateral (${canonicalInbox(tables, 'o')}) k
        window head as (partition by coalesce(o.canonical_id, o.id) order by i.ord)
      ),
      begun as (
        select found.*, coalesce(found.is_run and (found.place > 1 or found.is_open), false) as in_run from found
      ),
      placed as materialized (
        select begun.ord, begun.head, case when v_usernames_given then begun.ord
          else sum(case when begun.in_run and lag then 0 else 1 end) over (partition by begun.head order by begun.ord) end as round
        from (select begun.*, coalesce(lag(begun.in_run) over (partition by begun.head order by begun.ord), false) as lag from begun) begun
      )
      select (select array_agg(p.ord order by p.round, p.ord) from placed p), ${roundsOf('placed', 'true')}
      into v_order, v_ends, v_runs;
      v_rounds := cardinality(v_ends);`
}

/**
 * Places what is left of a round of runs, each item of a head in a round of its own, before the rounds that are still
 * to come.
 */
export function placeWhatIsLeft({ tables }: Names): string {
  return `if exists (select from unnest(v_ords) o(ord) where v_results[o.ord] is null) then
        declare
          v_begin constant integer := v_ends[v_done];
          v_left integer[];
          v_left_ends integer[];
          v_left_runs boolean[];
        begin
          with placed as materialized (
            select i.ord, coalesce(o.canonical_id, o.id) as head, row_number() over (partition by coalesce(o.canonical_id, o.id) order by i.ord) as round
            from (select o.ord, v_oas[o.ord] as oa_id, v_customers[o.ord] as customer_id from unnest(v_ords) o(ord) where v_results[o.ord] is null) i
            cross join lateral (${ownInbox(tables, 'i')}) o)
          select (select array_agg(p.ord order by p.round, p.ord) from placed p), ${roundsOf('placed', 'false')}
          into v_left, v_left_ends, v_left_runs;
          v_order := v_order[:v_begin] || v_left || v_order[v_begin + 1:];
          v_ends := v_ends[:v_done] || array(select e.ends + v_begin from unnest(v_left_ends) with ordinality e(ends, n) order by e.n)
            || array(select e.ends + cardinality(v_left) from unnest(v_ends[v_done + 1:]) with ordinality e(ends, n) order by e.n);
          v_runs := v_runs[:v_done] || v_left_runs || v_runs[v_done + 1:];
          v_rounds := cardinality(v_ends);
        end;
      end if;`
}

/** Where each round of `placed` ends, and whether it has several items for one head. */
function roundsOf(placed: string, mayRun: string): string {
  return `(select array_agg(e.ends order by e.round)
          from (select p.round, sum(count(*)) over (order by p.round)::integer as ends from ${placed} p group by p.round) e),
        (select array_agg(e.is_run order by e.round)
          from (select p.round, ${mayRun} and not v_usernames_given and count(*) > count(distinct p.head) as is_run from ${placed} p group by p.round) e)`
}
