import type { ChangedFunction, PostgresMutant } from './mutated-postgres.js'

const former = 'gives a former number to the stranger who brings it, and none of what comes late moves it back'
const conflict =
  'links nothing where a number comes with a stranger’s user id: the message is the stranger’s, and the number is not answered'
const retired = 'retires a former number, answers the new one, and finds what was said under either'
const older = 'keeps the older person’s conversation, merges the younger one into it, and takes over those that are closed'
const others = 'applies what each person had of the other’s messages'
const knownBefore = 'looks for a person’s messages under an id that was known before it became theirs, and not under one that is new'

type Bug = Pick<PostgresMutant, 'bug' | 'subject' | 'caughtBy'> & ChangedFunction

/** Bugs in the rules by which ids become one person's, and in what follows when they do. */
const bugs: readonly Bug[] = [
  {
    bug: 'a person gets a second current id of a kind',
    subject: 'upsertConversationWithEvents',
    caughtBy: conflict,
    name: 'evidence_of',
    replace: 'having count(distinct k.id) > 1',
    by: 'having false',
  },
  {
    bug: 'a number that came with a stranger’s ids is answered as before',
    subject: 'upsertConversationWithEvents',
    caughtBy: conflict,
    name: 'link_named',
    replace: "elsif v_disputed <> '{}' then",
    by: 'elsif false then',
  },
  {
    bug: 'evidence that is older than the change of an id moves it',
    subject: 'upsertConversationWithEvents',
    caughtBy: former,
    name: 'evidence_of',
    replace: '>= p_at_ms), false) into v_former, v_is_stale',
    by: '< 0), false) into v_former, v_is_stale',
  },
  {
    bug: 'what was said under a number is new under it when a stranger has it',
    subject: 'upsertConversationWithEvents',
    caughtBy: former,
    name: 'write_round',
    replace: 'where own.previous_head_id is not null and',
    by: 'where false and',
  },
  {
    bug: 'a watermark under a number reaches what was said to its former holder',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'marks nobody else’s replies by a watermark that comes under a number which was theirs',
    name: 'write_rare',
    replace: "case when v_event->>'type' = 'watermark' then v_theirs else p_scopes end",
    by: 'p_scopes',
  },
  {
    bug: 'what waits for a reply of another person stays where it waits, when a repeated item names the reply',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'gives what waited under another id to a reply that a repeated item names',
    name: 'write_rare',
    replace: "if (p_item->>'is_replay')::boolean then",
    by: 'if false then',
  },
  {
    bug: 'a quick way does not ask who had the id before',
    subject: 'upsertConversationWithEvents',
    caughtBy: former,
    name: 'upsert_conversation_with_events',
    replace: /or v_(head|alias)\.previous_head_id is not null/,
    by: '',
  },
  {
    bug: 'a receipt moves an id',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'lets no receipt move an id, and changes nothing where a person would have two current ids of a kind',
    name: 'link_item',
    replace: "v_is_receipt constant boolean := v_events <> '[]' and",
    by: 'v_is_receipt constant boolean := false and',
  },
  {
    bug: 'a replay links the ids that come with it',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'links nothing for a replay, nor when the write is refused',
    name: 'link_item',
    replace: /or \S+knows_all\S*\(p_account, v_scopes, v_events\)/,
    by: '',
  },
  {
    bug: 'a change of ids leaves the version as it was',
    subject: 'upsertConversationWithEvents',
    caughtBy: retired,
    name: 'upsert_linking',
    replace: "if v_linked.changed <> '{}' then",
    by: 'if false then',
  },
  {
    bug: 'the conversation keeps the name of a number that is no longer good',
    subject: 'upsertConversationWithEvents',
    caughtBy: retired,
    name: 'rename_head',
    replace: 'if v_alias is null then',
    by: 'if true then',
  },
  {
    bug: 'what the other id has stored is not looked for',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'goes item by item in a bulk, so that an item’s ids are linked for those after it and not before',
    name: 'join_group',
    replace: ' || coalesce(v_loser.scopes, array[v_loser.id])',
    by: '',
  },
  {
    bug: 'the younger person’s thread stays',
    subject: 'linkCustomerIds',
    caughtBy: older,
    name: 'evidence_of',
    replace: 'order by n.head_created_at, n.head_id',
    by: 'order by n.head_created_at desc, n.head_id',
  },
  {
    bug: 'both conversations of a person stay active',
    subject: 'linkCustomerIds',
    caughtBy: older,
    name: 'join_group',
    replace: 'if v_kept.id is null or v_lost.id is null then',
    by: 'if true then',
  },
  {
    bug: 'a message that came under both ids stays two',
    subject: 'linkCustomerIds',
    caughtBy: 'makes one message of two that came under both ids, with what happened to either',
    name: 'join_groups',
    replace: 'jsonb_array_elements(v_pairs)',
    by: "jsonb_array_elements('[]'::jsonb)",
  },
  {
    bug: 'two replies that were both sent become one',
    subject: 'linkCustomerIds',
    caughtBy: 'makes one of a reply that was stored under both ids, and leaves two that were both sent',
    name: 'fold_doubles',
    replace: ' and (k.message_id is null or m.message_id is null)',
    by: '',
  },
  {
    bug: 'the watermark of one id does not reach the messages of the other',
    subject: 'linkCustomerIds',
    caughtBy: others,
    name: 'settle_group',
    replace: "m.direction = 'outbound' and",
    by: 'false and',
  },
  {
    bug: 'what waited under one id for a message of the other waits on',
    subject: 'linkCustomerIds',
    caughtBy: others,
    name: 'settle_group',
    replace: 'if v_waits then',
    by: 'if false then',
  },
  {
    bug: 'a message is new in the body that makes its id a stranger’s',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'stores no message again that comes in the body by which a stranger takes the number over',
    name: 'link_item',
    replace: "'known_scopes', v_near)",
    by: "'known_scopes', '{}'::text[])",
  },
  {
    bug: 'both contacts of a person stay',
    subject: 'linkCustomerIds',
    caughtBy: 'makes one contact of two: the older stays, the other’s id leads to it, and what a person typed is kept',
    name: 'join_contacts',
    replace: 'set merged_into = v_kept.id,',
    by: 'set merged_into = null,',
  },
  {
    bug: 'a number that a notice brings is current, whatever became of its user id',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'gives up a number that a late notice brings with a user id that was replaced since',
    name: 'changed_identities',
    replace: "or named.kind = 'phone' and not",
    by: 'or false and not',
  },
  {
    bug: 'an id under which nothing is stored at the moment is no scope of the person that it becomes',
    subject: 'upsertConversationWithEvents',
    caughtBy: knownBefore,
    name: 'join_group',
    replace: 'p_is_new and v_loser.identities is null;',
    by: 'v_loser.contact_id is null and v_loser.identities is null;',
  },
  {
    bug: 'an id that a notice of the same item has told of is no scope of the person whose conversation it adopts',
    subject: 'upsertConversationWithEvents',
    caughtBy: knownBefore,
    name: 'join_group',
    replace: 'p_is_new and v_loser.identities is null;',
    by: 'p_is_new;',
  },
  {
    bug: 'an id that is new is a scope of the person whose conversation it adopts',
    subject: 'upsertConversationWithEvents',
    caughtBy: knownBefore,
    name: 'write_rare',
    replace: "coalesce(p_context->'created' @> jsonb_build_array(p_item->'canonical_id'), false)",
    by: 'false',
  },
  {
    bug: 'an id that an earlier item of the same bulk was about is still new',
    subject: 'upsertConversationWithEvents',
    caughtBy: knownBefore,
    name: 'bulk_upsert_conversations_with_events',
    replace: "where r.result->>'outcome' <> 'duplicate' and",
    by: 'where false and',
  },
]

export const postgresIdentityMutants: readonly PostgresMutant[] = [
  ...bugs.map(({ bug, subject, caughtBy, ...changed }) => ({ bug, subject, caughtBy, functions: [changed], attempts: 1 })),
  {
    bug: 'a message that comes again takes over what waits under another id that it names',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'leaves with a person what waits under an id that a message names when it comes again',
    functions: [
      { name: 'write_round', replace: 'ready.has_waiting and ready.writes as has_waiting', by: 'true as has_waiting' },
      { name: 'write_rare', replace: 'where s = any (coalesce(h.scopes, array[h.id]))', by: 'where true' },
    ],
    attempts: 1,
  },
]
