import type { Names } from '../names.js'
import { callRules } from './expressions/payload-rules.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `require_call(payload)`: raises 22023 or 23514 for the first key of a call that is not as docs/sql.md says, and names
 * it. It doesn't look into the items.
 */
export function requireCall({ fn }: Names): SqlFunction {
  const kinds = Object.entries(callRules).map(([key, kind]) => `when '${key}' then '${kind}'`)
  return {
    name: 'require_call',
    parameters: 'p_call jsonb',
    returns: 'void',
    attributes: `language plpgsql stable ${innerFunctionSettings}`,
    body: `
declare
  v_key text;
  v_problem text;
begin
  select k.key, k.problem into v_key, v_problem
  from (select each.key, case when kind.kind is not null then ${fn('problem_of')}(kind.kind, each.value)
                              when each.value <> 'null' then '22023 is not a known key' end as problem
    from jsonb_each(p_call) each cross join lateral (select case each.key ${kinds.join(' ')} end as kind) kind) k
  where k.problem is not null limit 1;
  if v_problem is null and coalesce(p_call->'conversations', 'null') = 'null' then
    v_key := 'conversations';
    v_problem := '22023 is required';
  end if;
  if v_problem is not null then
    raise exception '%: %', left(v_key, 64), substr(v_problem, 7) using errcode = left(v_problem, 5);
  end if;
end
`,
  }
}
