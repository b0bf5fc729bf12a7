import { isEventOf } from './expressions/payload-limits.js'
import { type EventType, eventRules } from './expressions/payload-rules.js'
import { isFact } from './expressions/value-checks.js'
import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `is_event_within(event)`: whether an event of any type is certainly as docs/sql.md says. Each type has a statement of
 * its own, because PostgreSQL prepares only the statements that it comes to.
 */
export function isEventWithinFunction(): SqlFunction {
  const types = (Object.keys(eventRules) as EventType[]).filter((type) => eventRules[type].rules !== eventRules.custom.rules)
  return {
    name: 'is_event_within',
    parameters: 'p_event jsonb',
    returns: 'boolean',
    attributes: `language plpgsql immutable ${expressionSettings}`,
    body: `
declare
  v_type constant text := p_event->>'type';
begin
  if v_type is null or jsonb_typeof(p_event) <> 'object' then
    return false;
  ${types.map((type) => `elsif v_type = '${type}' then\n    return ${isEventOf(type, 'p_event')};`).join('\n  ')}
  elsif ${isFact('v_type')} then
    return ${isEventOf('custom', 'p_event')};
  end if;
  return false;
end
`,
  }
}
