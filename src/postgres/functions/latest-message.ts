import type { Names } from '../names.js'
import { isShown } from './expressions/merged-parts.js'
import { listedAt } from './expressions/times.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** `latest_message(account, conversation, merged_parts)`: the last message of a conversation in its list by time. */
export function latestMessage({ tables }: Names): SqlFunction {
  return {
    name: 'latest_message',
    parameters: 'p_account text, p_conversation text, p_parts jsonb',
    returns: `setof ${tables.messages}`,
    attributes: `language sql stable ${functionSettings}`,
    body: `
  select m.* from (select p_conversation as id, 0 as base union all
    select x->>'id', (x->>'seq_base')::integer from jsonb_array_elements(p_parts) x) p
  cross join lateral (select x.* from ${tables.messages} x where x.account_id = p_account and x.conversation_id = p.id and ${isShown('x', 'p_parts')}
    order by ${listedAt('x')} desc, x.seq desc limit 1) m
  order by ${listedAt('m')} desc, m.seq + p.base desc limit 1
`,
  }
}
