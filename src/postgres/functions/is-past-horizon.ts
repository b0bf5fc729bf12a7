import type { Names } from '../names.js'
import { horizonOf } from './expressions/merged-parts.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `is_past_horizon(account, conversation, seq)`: whether a message, by the id and the number that it is stored under,
 * lies past the read horizon of its conversation, or of its part of the conversation that holds it.
 */
export function isPastHorizon({ tables }: Names): SqlFunction {
  return {
    name: 'is_past_horizon',
    parameters: 'p_account text, p_conversation text, p_seq integer',
    returns: 'boolean',
    attributes: `language sql stable ${functionSettings}`,
    body: `
  select p_seq > ${horizonOf('c', 'm')} from (select p_conversation as conversation_id) m
  cross join lateral (select x.merged_parts, x.read_seq from ${tables.conversations} x where x.account_id = p_account and x.id = coalesce(
    (select own.id from ${tables.conversations} own where own.account_id = p_account and own.id = p_conversation),
    (select r.kept_id from ${tables.conversation_merges} r where r.account_id = p_account and r.lost_id = p_conversation and r.undone_at is null))) c
`,
  }
}
