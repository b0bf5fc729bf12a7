import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `with_attachments(kept, more)`: the attachments of a message with those of `more` that it does not have yet. One is
 * known by its URL, or by the id in its payload.
 */
export function withAttachments(): SqlFunction {
  const id = (attachment: string) =>
    `case when jsonb_typeof(${attachment}->'payload'->'id') in ('string', 'number') then ${attachment}->'payload'->'id' end`
  return {
    name: 'with_attachments',
    parameters: 'p_kept jsonb, p_more jsonb',
    returns: 'jsonb',
    attributes: `language plpgsql immutable ${expressionSettings}`,
    body: `
declare
  v_all jsonb := p_kept;
  v_each jsonb;
begin
  for v_each in select m.value from jsonb_array_elements(p_more) with ordinality m(value, n) order by m.n loop
    if not exists (select from jsonb_array_elements(v_all) k(value)
      where nullif(k.value->>'url', '') = v_each->>'url' or ${id('k.value')} = ${id('v_each')}) then
      v_all := v_all || jsonb_build_array(v_each);
    end if;
  end loop;
  return v_all;
end
`,
  }
}
