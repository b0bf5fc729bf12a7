import type { Names } from '../names.js'
import { sendAgain } from './expressions/bulk-locks.js'
import { bulkOfOne, insertConversation, publicConversation } from './expressions/conversations.js'
import { isPatchWithin, isSingleWithin } from './expressions/payload-limits.js'
import { insertContact, intoContactInboxes } from './expressions/people.js'
import { payloadNow } from './expressions/times.js'
import { isId } from './expressions/value-checks.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `upsert_unpatched(payload)`: the rest of a patch without events, in the statement whose update found no conversation
 * that it may change. In most cases the customer is new, and then the call that creates the contact inbox first writes
 * everything. All other calls go to the bulk function.
 */
export function upsertUnpatched(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'upsert_unpatched',
    parameters: 'payload jsonb',
    returns: 'json',
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
#variable_conflict use_column
declare
  p_account constant text := payload->>'account_id';
  p_now timestamptz(3);
  v_conversation record;
begin
  -- An update that waited for a conversation and did not change it still holds its lock, and must not take the contact
  -- inbox's lock after it.
  if txid_current_if_assigned() is not null then
    ${sendAgain};
  end if;
  if not (coalesce(${isId("payload->>'operation_id'")}, false) and ${isSingleWithin(names, 'payload')} and ${isPatchWithin(names, "(payload->'patch')")}) then
    return ${fn('bulk_upsert_conversations_with_events')}(${bulkOfOne}) -> 0;
  end if;
  p_now := ${payloadNow};
  with own as (
    ${intoContactInboxes(names)}
    select p_account, payload->>'contact_inbox_id', payload->>'oa_id', payload->>'customer_id', payload->>'contact_id',
      coalesce(payload->>'channel', b.channel, 'api'), p_now
    from (select 1) i left join lateral (select x.channel, x.redirected_to, x.matches_numbers from ${tables.inboxes} x
      where x.account_id = p_account and x.oa_id = payload->>'oa_id' limit 1 for key share) b on true
    where coalesce(payload->>'channel' = b.channel, true) and payload->>'expected_version' is null and b.redirected_to is null and b.matches_numbers is not true
      and (select true from ${tables.contact_inboxes} x
        where x.account_id = p_account and x.oa_id = payload->>'oa_id' and x.customer_id = payload->>'customer_id' limit 1) is null
    on conflict (account_id, oa_id, customer_id) do nothing
    returning id, contact_id, channel
  ),
  contact as (
    ${insertContact(names, 'own.contact_id', 'null')} from own
  )
  ${insertConversation(names)}
  from (select payload->>'conversation_id' as conversation_id, payload->>'oa_id' as oa_id, payload->>'customer_id' as customer_id, own.id as head_id,
      own.contact_id, own.channel as new_channel, payload->>'operation_id' as operation_id, payload->'patch' as patch,
      (select inbox.chatbot_id from ${tables.inboxes} inbox where inbox.account_id = p_account and inbox.oa_id = payload->>'oa_id' limit 1) as inbox_chatbot_id,
      0 as messages, 0 as inbound, null::timestamptz as message_at, null::timestamptz as inbound_at, null::timestamptz as answer_at, null::timestamptz as asked_at, null as preview_row_id, null as preview
    from own) change
  returning ${publicConversation(names, 'conversation')} into v_conversation;
  if found then
    return json_build_object('outcome', 'created', 'conversation', v_conversation, 'events', '[]'::json);
  end if;
  return ${fn('bulk_upsert_conversations_with_events')}(${bulkOfOne}) -> 0;
end
`,
  }
}
