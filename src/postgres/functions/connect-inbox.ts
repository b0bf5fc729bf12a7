import type { Names } from '../names.js'
import { noMarks } from '../operation-marks.js'
import { marks } from './expressions/operations.js'
import type { Rules, ValueKind } from './expressions/payload-rules.js'
import { parameterNow } from './expressions/times.js'
import { isTimeWithin } from './expressions/value-checks.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

const patchKinds = { provider: 'id', name: 'name', chatbot_id: 'id', on_closed: 'on_closed', metadata: 'document' } as const satisfies Rules

const given: readonly (readonly [path: string, kind: ValueKind, value: string])[] = [
  ['account_id', 'id', 'to_jsonb(p_account_id)'],
  ['inbox_id', 'id', 'to_jsonb(p_inbox_id)'],
  ['oa_id', 'id', 'to_jsonb(p_oa_id)'],
  ['channel', 'id', 'to_jsonb(p_channel)'],
  ['operation_id', 'key', 'to_jsonb(p_operation_id)'],
  ['patch', 'object', 'p_patch'],
  ...Object.entries(patchKinds).map(([key, kind]) => [`patch.${key}`, kind, `p_patch->'${key}'`] as const),
]

/**
 * Connects an inbox and takes its channel identity, or does neither. It locks the inbox's row first, as disconnecting
 * does, and then the owner's. If another account holds the identity, the change of the inbox is undone.
 */
export function connectInbox({ fn, tables }: Names): SqlFunction {
  return {
    name: 'connect_inbox',
    parameters: `
  p_account_id text, p_inbox_id text, p_oa_id text, p_channel text, p_patch jsonb, p_operation_id text, p_resent_after bigint, p_now timestamptz
`,
    returns: `table (outcome text, inbox ${tables.inboxes})`,
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
#variable_conflict use_variable
declare
  b ${tables.inboxes}%rowtype;
  v_patched ${tables.inboxes}%rowtype;
  v_now timestamptz := ${parameterNow};
  v_problem text;
begin
  select left(x.problem, 5) || x.path || ': ' || substr(x.problem, 7) into v_problem
  from (select given.path, ${fn('problem_of')}(given.kind, given.value) as problem
    from (values ${given.map(([path, kind, value]) => `('${path}', '${kind}', ${value})`).join(', ')}) given(path, kind, value)
    union all
    select 'patch', case when p_patch - '{${Object.keys(patchKinds).join()}}'::text[] <> '{}' then '22023 has a key that is not known' end
    where jsonb_typeof(p_patch) = 'object'
    union all
    select 'now', '22023 must be of the years 1 to 9999' where not (${isTimeWithin('v_now')})) x
  where x.problem is not null limit 1;
  if v_problem is not null then
    raise exception '%', substr(v_problem, 6) using errcode = left(v_problem, 5);
  end if;
  insert into ${tables.inboxes} as i (account_id, id, oa_id, channel, status, operations, connected_at, created_at, updated_at)
  values (p_account_id, p_inbox_id, p_oa_id, p_channel, 'disconnected', ${noMarks}, v_now, v_now, v_now)
  on conflict (account_id, oa_id) do nothing;
  select i.* into b from ${tables.inboxes} i where i.account_id = p_account_id and i.oa_id = p_oa_id for no key update;
  outcome := ${marks.outcome('b.operations', 'p_operation_id')};
  if outcome is null and p_resent_after is not null and ${marks.forgotten('b.operations', 'p_resent_after')} then
    outcome := 'forgotten';
  elsif outcome is null and b.channel <> p_channel then
    outcome := 'mismatch';
  end if;
  if outcome is not null then
    inbox := b;
    return next;
    return;
  end if;

  v_patched := b;
  if p_patch ? 'provider' then v_patched.provider := p_patch->>'provider'; end if;
  if p_patch ? 'name' then v_patched.name := p_patch->>'name'; end if;
  if p_patch ? 'chatbot_id' then v_patched.chatbot_id := p_patch->>'chatbot_id'; end if;
  if p_patch ? 'on_closed' then v_patched.on_closed := nullif(p_patch->'on_closed', 'null'); end if;
  if p_patch ? 'metadata' then v_patched.metadata := nullif(p_patch->'metadata', 'null'); end if;
  if b.status = 'connected' and v_patched is not distinct from b then
    outcome := 'unchanged';
    inbox := b;
    return next;
    return;
  end if;

  insert into ${tables.inbox_owners} as o (channel, oa_id, account_id, inbox_id) values (p_channel, p_oa_id, p_account_id, b.id)
  on conflict (channel, oa_id) do update set inbox_id = excluded.inbox_id where o.account_id = excluded.account_id;
  if not found then
    raise exception 'another account has connected this inbox' using errcode = 'CS002';
  end if;
  outcome := case when b.operations = ${noMarks} then 'created' else 'updated' end;
  update ${tables.inboxes} i
     set provider = v_patched.provider, name = v_patched.name, chatbot_id = v_patched.chatbot_id, on_closed = v_patched.on_closed,
         metadata = v_patched.metadata, status = 'connected', disconnected_at = null, updated_at = v_now,
         connected_at = case when b.status = 'connected' then b.connected_at else v_now end,
         operations = ${marks.with('b.operations', 'p_operation_id', 'outcome')}
   where i.account_id = p_account_id and i.id = b.id
  returning i.* into inbox;
  return next;
exception when sqlstate 'CS002' then
  outcome := 'taken';
  inbox := null;
  return next;
end
`,
  }
}
