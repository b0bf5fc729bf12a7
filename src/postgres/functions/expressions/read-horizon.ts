import type { Names } from '../../names.js'
import { innerFunctionSettings } from '../function-settings.js'
import type { SqlFunction } from '../sql-function.js'
import { isShown, partsOf } from './merged-parts.js'
import { countsAsUnread } from './messages.js'
import { marks } from './operations.js'
import { parameterNow } from './times.js'
import { isTimeWithin } from './value-checks.js'

interface HorizonMove {
  readonly name: string
  /** The parameters that say where the horizon goes, if there are any. */
  readonly parameter?: string
  /** A check of the parameter, as a statement. */
  readonly check?: string
  /** The new horizon of the conversation `c`: the last `seq` that is read. Null, or an earlier one, moves nothing. */
  readonly horizon: string
  /** Whether the horizon moves forward, and never back. */
  readonly isForward: boolean
  /**
   * A statement that runs before the horizon is asked for, in a conversation that holds others. It sets v_in and v_seq.
   */
  readonly prepareParts?: string
  /**
   * The new horizon of the messages of a merged conversation `p`, which has the columns of `partsOf`, by their own
   * numbers. Null moves nothing.
   */
  readonly partHorizon: string
}

/**
 * A function that moves the read horizon of a conversation and counts the unread messages after it. It is a function,
 * because the messages must not be read in the statement that locks: that statement's snapshot is older than the lock
 * and misses messages that another writer has just committed. If there is nothing to change, it finds that without a
 * lock and writes no row. It looks at no message past `last_seq`, which came after the conversation was read.
 */
export function moveReadHorizon({ tables }: Names, move: HorizonMove): SqlFunction {
  const partNow = "(s.part->>'read_seq')::integer"
  const moved = move.isForward ? `greatest(${partNow}, ${move.partHorizon})` : `coalesce(${move.partHorizon}, ${partNow})`
  return {
    name: move.name,
    parameters: `
  p_account_id text, p_conversation_id text, p_must_be_active boolean,${move.parameter === undefined ? '' : ` ${move.parameter},`}
  p_expected_version integer, p_operation_id text, p_resent_after bigint, p_now timestamptz
`,
    returns: `table (outcome text, conversation ${tables.conversations})`,
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
#variable_conflict use_variable
declare
  c ${tables.conversations}%rowtype;
  v_read integer;
  v_parts jsonb;
  v_in text;
  v_seq integer;
begin
  if not (${isTimeWithin('p_now')}) then
    raise exception 'now: must be of the years 1 to 9999' using errcode = '22023';
  end if;${move.check === undefined ? '' : `\n  ${move.check}`}
  for v_attempt in 1..2 loop
    if v_attempt = 1 then
      select * into c from ${tables.conversations} x where x.account_id = p_account_id and x.id = p_conversation_id;
    else
      select * into c from ${tables.conversations} x where x.account_id = p_account_id and x.id = p_conversation_id for no key update;
    end if;
    if c.id is null then
      return;
    end if;
    if c.merged_parts is not null then${move.prepareParts === undefined ? '' : `\n      ${move.prepareParts};`}
      v_parts := (select jsonb_agg(jsonb_set(s.part, '{read_seq}', to_jsonb(${moved})) order by s.n)
        from jsonb_array_elements(c.merged_parts) with ordinality s(part, n)
        cross join lateral (select s.part->>'id' as id, (s.part->>'seq_base')::integer as seq_base, (s.part->>'last_seq')::integer as last_seq,
          ${partNow} as read_seq) p);
    end if;
    v_read := ${move.isForward ? `greatest(c.read_seq, ${move.horizon})` : `coalesce(${move.horizon}, c.read_seq)`};
    outcome := ${marks.outcome('c.operations', 'p_operation_id')};
    if outcome is null and p_resent_after is not null and ${marks.forgotten('c.operations', 'p_resent_after')} then
      outcome := 'forgotten';
    elsif outcome is null and p_must_be_active and c.status = 'closed' and p_resent_after is null then
      outcome := 'superseded';
    elsif outcome is null and p_expected_version <> c.version then
      outcome := 'conflict';
    elsif outcome is null and v_read = c.read_seq and v_parts is not distinct from c.merged_parts then
      outcome := 'unchanged';
    end if;
    if outcome is not null then
      conversation := c;
      return next;
      return;
    end if;
  end loop;
  c.read_seq := v_read;
  c.merged_parts := v_parts;
  update ${tables.conversations} x
     set read_seq = v_read, version = c.version + 1, merged_parts = v_parts,
         unread_count = case when v_parts is null then (select count(*) from ${tables.messages} m
             where m.account_id = p_account_id and m.conversation_id = c.id and m.seq > v_read and ${countsAsUnread('m')})
           else (select coalesce(sum(u.unread), 0) from ${partsOf('c')} cross join lateral (select count(*) as unread from ${tables.messages} m
             where m.account_id = p_account_id and m.conversation_id = p.id and m.seq > p.read_seq and ${countsAsUnread('m')} and ${isShown('m', 'c.merged_parts')}) u) end,
         updated_at = ${parameterNow},
         operations = ${marks.with('c.operations', 'p_operation_id', "'updated'")}
   where x.account_id = p_account_id and x.id = c.id
  returning x.* into c;
  outcome := 'updated';
  conversation := c;
  return next;
end
`,
  }
}
