import { limits, longestReopenWithinMs } from '../../model/limits.js'
import { earliestTime, greatestCount, latestTime, textsOfMissingIds } from '../../model/ranges.js'
import { allowedWords, eventRules, type ValueKind } from './expressions/payload-rules.js'
import {
  areIdentities,
  areIds,
  bytesOf,
  hasTooGreatNumbers,
  identityKinds,
  isCount,
  isFact,
  isLease,
  isOnClosed,
  isTimeWithin,
  isTooDeep,
  isVersion,
  isWait,
} from './expressions/value-checks.js'
import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `problem_of(kind, value)`: what is wrong with a value of JSON that should be of a kind of payload-rules.ts: the
 * SQLSTATE, a space, and the words that follow the value's path. Null if nothing is. The words quote no value.
 */
export function problemOf(): SqlFunction {
  return {
    name: 'problem_of',
    parameters: 'p_kind text, p_value jsonb',
    returns: 'text',
    attributes: `language plpgsql stable ${expressionSettings}`,
    body: `
declare
  v_type constant text := jsonb_typeof(p_value);
  v_text constant text := p_value #>> '{}';
begin
  if v_type is null or v_type = 'null' then
    return null;
  end if;
  case p_kind
  when 'flag' then
    return case when v_type <> 'boolean' then '22023 must be a boolean' end;
  when 'list', 'attachments' then
    return case when v_type <> 'array' then '22023 must be an array'
                when p_kind = 'attachments' and jsonb_array_length(p_value) > ${limits.attachments} then '23514 must have at most ${limits.attachments} elements' end;
  ${identityKinds
    .map(
      (kind) => `when '${kind}' then
    return case when v_type <> 'array' then '22023 must be an array'
                when jsonb_array_length(p_value) > ${limits.identities} then '23514 must have at most ${limits.identities} elements'
                when not ${areIdentities('p_value', kind)} then '22023 must be a list of { id, kind } with each id once' end;`,
    )
    .join('\n  ')}
  when 'ids' then
    return case when not ${areIds('p_value')} then '22023 must be a list of ids' end;
  when 'lease' then
    return case when not ${isLease('p_value')} then '22023 must be { kind, key, token }' end;
  when 'object', 'document' then
    return case when v_type <> 'object' then '22023 must be an object'
                when p_kind = 'object' then null
                when octet_length(v_text) > ${limit('document')} then '23514 must have 0 to ${limit('document')} bytes'
                when ${isTooDeep('p_value')} then '23514 must be nested at most ${limits.metadataDepth} deep'
                when ${hasTooGreatNumbers('p_value')} then '23514 must have only numbers that a double can hold' end;
  when 'count' then
    return case when not ${isCount('p_value', greatestCount)} then '22023 must be an integer from 0 to ${greatestCount}' end;
  when 'version' then
    return case when not ${isVersion('p_value')} then '22023 must be an integer from 0 to ${greatestCount}, or "absent"' end;
  when 'milliseconds' then
    return case when not ${isWait('p_value')} then '22023 must be a number of milliseconds' end;
  when 'on_closed' then
    return case when not ${isOnClosed('p_value')}
      then '22023 must be "new", "reopen" or { "reopen_within": milliseconds } with at most ${longestReopenWithinMs}' end;
  else
    if v_type <> 'string' then
      return '22023 must be a string';
    end if;
  end case;
  case p_kind
  ${Object.entries(allowedWords)
    .map(
      ([kind, words]) => `when '${kind}' then
    return case when v_text not in (${words.map((word) => `'${word}'`).join(', ')}) then '23514 must be ${words.join(', ')}' end;`,
    )
    .join('\n  ')}
  when 'time' then
    begin
      return case when not ${isTimeWithin('v_text::timestamptz')} then '22023 must be of the years ${yearOf(earliestTime)} to ${yearOf(latestTime)}' end;
    exception when data_exception or invalid_parameter_value then
      return '22023 must be a timestamp';
    end;
  when 'type' then
    if not (v_text in (${knownTypes}) or ${isFact('v_text')}) then
      return '22023 must be one of the known types, or "custom:" and a name';
    end if;
  when 'id' then
    if v_text in (${textsOfMissingIds.map((text) => `'${text}'`).join(', ')}) then
      return '22023 must be an id, not the text of a missing one';
    end if;
  else
  end case;
  ${lengths}
  return null;
end
`,
  }
}

const knownTypes = Object.keys(eventRules)
  .filter((type) => type !== 'custom')
  .map((type) => `'${type}'`)
  .join(', ')

const lengths = (Object.keys(bytesOf) as ValueKind[])
  .filter((kind) => kind !== 'document')
  .map((kind) => {
    const [least, most] = bytesOf[kind] ?? [0, 0]
    return `if p_kind = '${kind}' and octet_length(v_text) not between ${least} and ${most} then
    return '23514 must have ${least} to ${most} bytes';
  end if;`
  })
  .join('\n  ')

function limit(kind: ValueKind): number {
  return bytesOf[kind]?.[1] ?? 0
}

function yearOf(time: string): number {
  return new Date(time).getUTCFullYear()
}
