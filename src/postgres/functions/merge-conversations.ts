import type { Names } from '../names.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `merge_conversations(account, keep…, lose…, …)`: merge_prepared for a caller that prepares nothing. Versions of the
 * library from before there was a preparation call it.
 */
export function mergeConversations({ fn, tables }: Names): SqlFunction {
  return {
    name: 'merge_conversations',
    parameters: `
  p_account_id text, p_keep text, p_keep_oa text, p_keep_customer text, p_lose text, p_lose_oa text, p_lose_customer text,
  p_expected_keep integer, p_expected_lose integer, p_operation_id text, p_now timestamptz
`,
    returns: `table (outcome text, other_id text, expected integer, actual integer, conversation ${tables.conversations})`,
    attributes: `language sql volatile ${functionSettings}`,
    body: `
  select m.outcome, m.other_id, m.expected, m.actual, m.conversation
  from ${fn('merge_prepared')}(p_account_id, p_keep, p_keep_oa, p_keep_customer, p_lose, p_lose_oa, p_lose_customer,
    p_expected_keep, p_expected_lose, p_operation_id, p_now, '{}', false) m
`,
  }
}
