import { copiesMarkedAtOnce } from '../../model/planning/copies-at-once.js'
import type { Names } from '../names.js'
import { lockBoth } from './expressions/merge-locks.js'
import { partsOf } from './expressions/merged-parts.js'
import { functionSettings } from './function-settings.js'
import { preparedOf, shorterRanges } from './mark-doubles.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `prepare_doubles(account, kept, lost, merge, progress)`: marks some of the messages that a merge is going to hide, so
 * that the merge itself is short. The marks mean nothing until the merge stands, so a crash leaves nothing to repair.
 * It is called first without progress, and then with the progress that it has returned, until that says `done`. Null if
 * one of the two conversations is gone. It holds both while it marks, so that no other merge of them is made meanwhile.
 */
export function prepareDoubles(names: Names): SqlFunction {
  const { fn, tables } = names
  const both = `(select p.* from ${partsOf('k')} union all select p.* from ${partsOf('l')}) p`
  return {
    name: 'prepare_doubles',
    parameters: 'p_account text, p_kept text, p_lost text, p_merge text, p_progress jsonb',
    returns: 'jsonb',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  k ${tables.conversations};
  l ${tables.conversations};
  v_progress jsonb := p_progress;
  v_left jsonb;
  v_range jsonb;
  v_past integer;
  v_copies record;
begin
  ${lockBoth(names, 'p_account', 'p_kept', 'p_lost')};
  if k.id is null or l.id is null or (select true from ${tables.conversation_merges} r where r.account_id = p_account and r.id = p_merge) then
    return null;
  end if;
  if v_progress is null then
    v_progress := jsonb_build_object(
      'people', (select c.people from ${fn('mark_copies')}(p_account, k, l, p_merge, '[]') c),
      'of', ${preparedOf},
      'events', jsonb_build_object(k.id, k.last_event_seq, l.id, l.last_event_seq),
      'seen', (select jsonb_object_agg(p.id, jsonb_build_array(p.last_seq, p.read_seq)) from ${both}),
      'left', ${shorterRanges},
      'marked', (select coalesce(sum(c.marked), 0) from ${both} cross join lateral (select count(*) as marked from ${tables.messages} m
        where m.account_id = p_account and m.conversation_id = p.id and m.double_in = p_merge) c));
  end if;
  v_left := v_progress->'left';
  v_range := v_left->0;
  v_past := least((v_range->>'past')::integer + ${copiesMarkedAtOnce}, (v_range->>'upto')::integer);
  -- Which copy is shown goes by what was read when the preparation began. The merge looks at what was read since.
  k.read_seq := coalesce((v_progress->'seen'->k.id->>1)::integer, k.read_seq);
  l.read_seq := coalesce((v_progress->'seen'->l.id->>1)::integer, l.read_seq);
  k.merged_parts := ${asSeen('k')};
  l.merged_parts := ${asSeen('l')};
  select c.people, c.marked into v_copies from ${fn('mark_copies')}(p_account, k, l, p_merge,
    jsonb_build_array(v_range || jsonb_build_object('upto', v_past))) c;
  v_left := case when v_past < (v_range->>'upto')::integer then jsonb_set(v_left, '{0,past}', to_jsonb(v_past)) else v_left - 0 end;
  return v_progress || jsonb_build_object('left', v_left, 'done', v_left = '[]', 'marked', (v_progress->>'marked')::integer + v_copies.marked);
end
`,
  }
}

function asSeen(conversation: string): string {
  return `(select jsonb_agg(s.part || jsonb_build_object('read_seq', coalesce(v_progress->'seen'->(s.part->>'id')->1, s.part->'read_seq')) order by s.n)
    from jsonb_array_elements(${conversation}.merged_parts) with ordinality s(part, n))`
}
