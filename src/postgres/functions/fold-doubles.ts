import type { Names } from '../names.js'
import { countsAsUnread } from './expressions/messages.js'
import { inOrderOf } from './expressions/scopes.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `fold_doubles(account, ours, theirs, is_turned, now, server_ms)`: makes one message of those that stand on both sides
 * with one message id or one local id: a channel delivered them under two ids before the ids were known to be one
 * person's. Two that both have an id of the channel were both sent, whatever the host called them. Ours is kept, unless
 * theirs alone was read: the message was read then. One that a merge hides goes before one that is shown. Each message
 * of theirs is looked up on our side, or the reverse if `is_turned`. The channel's id comes first, so that a
 * pair is not found again by the host's.
 */
export function foldDoubles({ fn, tables }: Names): SqlFunction {
  const events = tables.contact_interaction_events
  const isHidden = (row: string) => `(${row}.double_in is not null and ${fn('shown_copy')}(p_account, ${row}.id) is not null)`
  // One side may have two copies by itself, of which a merge hides one. That one stays where it is.
  const shownFirst = (row: string, side: string) => `order by ${isHidden(row)}, ${inOrderOf(side, `${row}.contact_inbox_id`)} limit 1`
  const isShownOf = (side: string) => `(m.double_in is null or m.id = (select o.id from ${tables.messages} o
        where o.account_id = p_account and o.contact_inbox_id = any (${side}) and o.message_id = m.message_id ${shownFirst('o', side)}))`
  const [looked, other] = ['case when p_is_turned then p_ours else p_theirs end', 'case when p_is_turned then p_theirs else p_ours end']
  const doubles = (
    id: 'message_id' | 'local_id',
  ) => `select case when p_is_turned then m.id else k.id end as kept, case when p_is_turned then k.id else m.id end as dropped
      from ${tables.messages} m
      cross join lateral (select k.id from ${tables.messages} k
        where k.account_id = p_account and k.contact_inbox_id = any (${other}) and k.${id} = m.${id}
          ${id === 'local_id' ? 'and (k.message_id is null or m.message_id is null) limit 1' : shownFirst('k', other)}) k
      where m.account_id = p_account and m.contact_inbox_id = any (${looked}) and m.${id} is not null${id === 'local_id' ? '' : ` and ${isShownOf(looked)}`}`
  return {
    name: 'fold_doubles',
    parameters: 'p_account text, p_ours text[], p_theirs text[], p_is_turned boolean, p_now timestamptz, p_server_ms bigint',
    returns: 'void',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_double record;
  v_waits text[] := '{}';
begin
  for v_double in (${doubles('message_id')}) union all (${doubles('local_id')}) loop
    if (select case when ${isHidden('d')} <> ${isHidden('k')} then ${isHidden('k')} else ${countsAsUnread('d')} and not ${fn('is_past_horizon')}(p_account, d.conversation_id, d.seq) and ${fn('is_past_horizon')}(p_account, k.conversation_id, k.seq) end
      from ${tables.messages} d, ${tables.messages} k
      where d.account_id = p_account and d.id = v_double.dropped and k.account_id = p_account and k.id = v_double.kept) then
      select v_double.dropped as kept, v_double.kept as dropped into v_double;
    end if;
    delete from ${events} e where e.account_id = p_account and e.id = any (array(
      select x.id from ${tables.messages} m cross join lateral (
        select o.id from ${events} o where o.account_id = p_account and o.id = m.id and o.dedupe_key is null
        union all
        select o.id from ${events} o where o.account_id = p_account and o.contact_inbox_id = m.contact_inbox_id and o.message_id = m.message_id
          and o.conversation_id = m.conversation_id) x
      where m.account_id = p_account and m.id = v_double.dropped
        and (select true from ${tables.messages} k where k.account_id = p_account and k.id = v_double.kept limit 1)));
    v_waits := v_waits || ${fn('fold_message')}(p_account, v_double.kept, v_double.dropped, null, p_now, p_server_ms);
  end loop;
  perform ${fn('settle_wait')}(p_account, v_waits, null, p_now, p_server_ms);
end
`,
  }
}
