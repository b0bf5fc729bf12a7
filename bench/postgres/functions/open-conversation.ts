/**
 * Hand-written functions with the library's guarantees, for exactly one job each. They lock the contact inbox and then
 * the conversation, remember the last 16 operations, know aliases, and take the channel from the inbox. They have no
 * usernames, no expected versions, no waiting events, and open a new conversation after a closed one as their only
 * policy.
 */

/**
 * Declarations, and statements after which `v_own` (locked), `v_canonical` (locked), `v_conversation` (locked, or its
 * id null) and `v_seen` are set.
 */
export const conversationVariables = `
  v_now constant timestamptz(3) := date_trunc('milliseconds', clock_timestamp());
  v_mark_ms constant bigint := floor(extract(epoch from v_now) * 1000)::bigint;
  v_own contact_inboxes;
  v_canonical contact_inboxes;
  v_conversation conversations;
  v_channel text;
  v_seen boolean := false;`

export const lockConversation = `
  select * into v_own from contact_inboxes i
  where i.account_id = p_account and i.oa_id = p_oa and i.customer_id = p_customer for no key update;
  if not found then
    select b.channel into v_channel from inboxes b where b.account_id = p_account and b.oa_id = p_oa;
    insert into contact_inboxes (account_id, id, oa_id, customer_id, contact_id, channel, created_at)
    values (p_account, p_inbox, p_oa, p_customer, p_contact, coalesce(v_channel, 'api'), v_now)
    on conflict do nothing returning * into v_own;
    if found then
      insert into contacts (account_id, id, created_at, updated_at) values (p_account, p_contact, v_now, v_now);
    else
      select * into v_own from contact_inboxes i
      where i.account_id = p_account and i.oa_id = p_oa and i.customer_id = p_customer for no key update;
    end if;
  end if;
  if v_own.canonical_id is null then
    v_canonical := v_own;
  else
    select * into v_canonical from contact_inboxes i where i.account_id = p_account and i.id = v_own.canonical_id for no key update;
  end if;
  select * into v_conversation from conversations c
  where c.account_id = p_account and c.oa_id = v_canonical.oa_id and c.customer_id = v_canonical.customer_id and c.status <> 'closed'
  for no key update;
  if found then
    v_seen := hashtextextended(p_operation, 0) = any (v_conversation.operations);
  end if;`

/** Finds the conversation that the operation wrote before it was closed, if there is one. */
export const lookBehindClosed = `
    select * into v_conversation from conversations c
    where c.account_id = p_account and c.contact_inbox_id = v_canonical.id order by c.created_at desc, c.id desc limit 1;
    if hashtextextended(p_operation, 0) = any (v_conversation.operations) then
      v_seen := true;
    end if;`

export const createConversation = `
    if v_canonical.contact_id is null then
      insert into contacts (account_id, id, created_at, updated_at) values (p_account, p_contact, v_now, v_now);
      update contact_inboxes i set contact_id = p_contact where i.account_id = p_account and i.id = v_canonical.id;
      v_canonical.contact_id := p_contact;
    end if;
    insert into conversations (account_id, id, oa_id, customer_id, contact_inbox_id, contact_id, channel, status, version, nickname,
      unread_count, last_seq, read_seq, last_event_seq, last_activity_at, status_changed_at, operations, created_at, updated_at)
    values (p_account, p_conversation, v_canonical.oa_id, v_canonical.customer_id, v_canonical.id, v_canonical.contact_id, v_canonical.channel,
      'open', 0, p_nickname, 0, 0, 0, 0, v_now, v_now, array[0, hashtextextended(p_operation, 0), v_mark_ms * 8 + 1], v_now, v_now)
    returning * into v_conversation;`

export const withMark = `(case when cardinality(c.operations) > 32 then c.operations[3] / 8 || c.operations[4:] else c.operations end)
      || array[hashtextextended(p_operation, 0), v_mark_ms * 8 + 2]`

/**
 * Opens a customer's conversation, or gives the active one a nickname. If the returned id is the id that was sent, the
 * conversation was created.
 */
export const openConversationSql = `create function open_conversation(p_account text, p_oa text, p_customer text, p_nickname text, p_operation text,
  p_conversation text, p_contact text, p_inbox text) returns conversations
language plpgsql as $fn$
declare${conversationVariables}
begin${lockConversation}
  if v_conversation.id is null then${lookBehindClosed}
    if not v_seen then${createConversation}
    end if;
  elsif not v_seen and v_conversation.nickname is distinct from p_nickname then
    update conversations c set nickname = p_nickname, version = c.version + 1, updated_at = v_now, operations = ${withMark}
    where c.account_id = p_account and c.id = v_conversation.id
    returning * into v_conversation;
  end if;
  return v_conversation;
end
$fn$`
