import { replyWindowMs } from '../../../src/model/limits.js'
import type { PostgresMutant } from './mutated-postgres.js'

const bulk = 'bulk_upsert_conversations_with_events'
const single = 'upsert_conversation_with_events'
const unlocked = [bulk, single].map((name) => ({ name, replace: 'for no key update', by: '' }))
// On a server with a replica a commit takes longer. On the test server it is so short that races would show too seldom,
// so these texts add a pause.
const slow = [
  { name: bulk, replace: 'return to_json(v_results);', by: 'perform pg_sleep(0.01); return to_json(v_results);' },
  { name: single, replace: 'return json_build_object(', by: 'perform pg_sleep(0.01); return json_build_object(' },
]

export const postgresMutants: readonly PostgresMutant[] = [
  {
    bug: 'the event of a message that folds loses what it left to the message',
    subject: 'listEvents',
    caughtBy: 'keeps the event of an echo as it came after its message became one with the reply',
    functions: [{ name: 'fold_message', replace: 'e.id = p_dropped and e.direction is null', by: 'false' }],
    attempts: 1,
  },
  {
    bug: 'the event of a message is not looked for by the message',
    subject: 'COMMIT_OUTCOME_UNKNOWN',
    caughtBy: 'applies events once whose reply was lost, and answers as the lost reply would have',
    functions: [{ name: 'write_round', replace: 'e.id = message.id and', by: 'false and' }],
    attempts: 1,
  },
  {
    bug: 'markRead counts in the statement that waits for the lock',
    subject: 'markRead',
    caughtBy: 'is exact in every answer while 4 readers follow 40 racing messages',
    functions: [{ name: 'mark_conversation_read', replace: ' for no key update', by: '' }],
    slowed: slow,
    attempts: 10,
  },
  {
    bug: 'writers do not wait for each other, and no index stops them',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'gives 50 concurrent first messages one conversation, seq 1 to 50, unread 50 and version 49',
    functions: unlocked,
    slowed: slow,
    dropIndexes: ['idx_messages_seq', 'idx_events_seq', 'idx_conversations_user_phone'],
    attempts: 10,
  },
  {
    bug: 'two conversations may be active',
    subject: 'upsertConversation',
    caughtBy: 'opens one new conversation for 25 concurrent callers that find the last one closed',
    functions: unlocked,
    dropIndexes: ['idx_conversations_user_phone'],
    attempts: 10,
  },
  {
    bug: 'a message may be stored twice',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'stores each of 25 messages once that are sent twice at the same time',
    functions: unlocked,
    slowed: slow,
    dropIndexes: ['idx_messages_seq', 'idx_events_seq', 'idx_messages_message_id', 'idx_unique_event_by_message'],
    attempts: 10,
  },
  {
    bug: 'a username may be claimed twice',
    subject: 'upsertConversation',
    caughtBy: 'opens one conversation for 25 concurrent ids of a username that nobody had yet',
    slowed: slow,
    dropIndexes: ['idx_conversations_username'],
    attempts: 10,
  },
  {
    bug: 'a failed item does not undo the call',
    subject: 'bulkUpsertConversationsWithEvents',
    caughtBy: 'writes nothing when one item fails, and says which failure it was',
    functions: [{ name: bulk, replace: 'if v_failed is not null then', by: 'if false then' }],
    attempts: 1,
  },
  {
    bug: 'the active conversation is looked up without the account',
    subject: 'upsertConversation',
    caughtBy: 'keeps the same customer of the same oaId apart under two accounts',
    functions: [
      {
        name: 'write_round',
        replace: 'where c.account_id = p_account and c.oa_id = canonical.oa_id',
        by: 'where c.oa_id = canonical.oa_id',
      },
      { name: single, replace: /where (x|c|conversation)\.account_id = p_account and \1\.oa_id/, by: 'where $1.oa_id' },
    ],
    statements: [{ replace: /c\.account_id = (\$\d+) and c\.oa_id/, by: '(c.account_id = $1 or true) and c.oa_id' }],
    attempts: 1,
  },
  {
    bug: 'the database overwrites a name that a person typed',
    subject: 'upsertConversation',
    caughtBy: 'names the contact by customerName, until a person types a name',
    functions: [single, 'write_known', 'write_round'].map((name) => ({ name, replace: "contact.name_source = 'person' or ", by: '' })),
    attempts: 1,
  },
  {
    bug: 'the window is 23 hours',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'opens a reply window of 24 h on WhatsApp, Messenger and Instagram, from inbound messages and postbacks alone',
    functions: [single, 'write_known', 'write_first', 'write_round'].map((name) => ({
      name,
      replace: `${replyWindowMs} milliseconds`,
      by: '23 hours',
    })),
    attempts: 1,
  },
  {
    bug: 'the quick way forgets to rename the contact',
    subject: 'upsertConversation',
    caughtBy: 'names the contact by customerName, until a person types a name',
    functions: [
      { name: single, replace: 'while v_is_named loop', by: 'while v_is_named or v_in_order loop' },
      { name: single, replace: /exit messages when \(select \(+contact\.name_source[^;]*;/, by: '' },
    ],
    attempts: 1,
  },
  {
    bug: 'a lone patch passes by the version that it expects',
    subject: 'upsertConversation',
    caughtBy: 'refuses a stale version, says the actual one, and leaves the row untouched',
    statements: [{ replace: /and c\.version = (\$\d+)::integer/, by: 'and $1::integer is not null' }],
    attempts: 1,
  },
  {
    bug: 'a lone patch passes by the inbox that names the channel',
    subject: 'upsertConversation',
    caughtBy: 'writes a patch and the channel of an inbox that was connected later as one change',
    statements: [{ replace: "'api') = 'api')", by: "'api') is not null)" }],
    attempts: 1,
  },
  {
    bug: 'the quick way passes by what waits for its message',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'applies what waits beside an open conversation when its message comes, and shows it',
    functions: [{ name: single, replace: 'if v_active.waits then', by: 'if false then' }],
    attempts: 1,
  },
  {
    bug: 'a known message is looked for in the scope of new ones alone',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'looks in what each id had before they were linked',
    functions: [
      { name: single, replace: 'known.contact_inbox_id = any (event.scopes)', by: 'known.contact_inbox_id = event.scope_id' },
      { name: 'write_known', replace: 'known.contact_inbox_id = any (item.scopes)', by: 'known.contact_inbox_id = item.scope_id' },
      { name: 'write_round', replace: 'known.contact_inbox_id = any (parsed.scopes)', by: 'known.contact_inbox_id = parsed.scopes[1]' },
    ],
    attempts: 1,
  },
  {
    bug: 'an alias writes to its head’s scope on every channel',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'leaves a message id of an alias’s chat on Telegram to the other chat as well',
    functions: [{ name: single, replace: "exit messages when v_head.channel in (e'telegram') or", by: 'exit messages when' }],
    attempts: 1,
  },
  {
    bug: 'a receipt is applied to inbound messages',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'leaves inbound messages alone',
    functions: ['apply_event', 'note_delivery'].map((name) => ({ name, replace: "direction = 'outbound'", by: "direction <> 'none'" })),
    attempts: 1,
  },
  {
    bug: 'a fold closes the gap that it leaves',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'folds an echo that came first into the reply’s row, and moves no other message',
    functions: [
      {
        name: 'fold_message',
        replace: /select \* into v_conversation from (\S+\.)"?conversations"?/,
        by: `update $1messages set seq = seq - 1 where account_id = p_account and conversation_id = v_dropped.conversation_id
          and seq > v_dropped.seq; $&`,
      },
    ],
    attempts: 1,
  },
  {
    bug: 'the database shows the first message that is left when a shown echo folds',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'takes an echo out of a later conversation, which then shows its latest message again',
    functions: [{ name: 'latest_message', replace: 'x.seq desc limit 1', by: 'x.seq limit 1' }],
    attempts: 1,
  },
  {
    bug: 'a message keeps every reaction',
    subject: 'upsertConversationWithEvents',
    caughtBy: 'keeps the reactions of the 100 senders who reacted last, in whatever order they come',
    functions: [{ name: 'merged_reactions', replace: 'limit 100', by: '' }],
    attempts: 1,
  },
  {
    bug: 'a reopening does not ask again whose the conversation is',
    subject: 'reopenConversation',
    caughtBy: 'leaves one active conversation where an older one is opened while the customer is adopted',
    functions: [
      {
        name: 'reopen_conversation',
        replace: /if v_head\.canonical_id is not null or c\.id is not null and not exists \(select from [^;]*? then/,
        by: 'if false then',
      },
    ],
    slowed: slow,
    attempts: 20,
  },
  {
    bug: 'a write to a conversation that was not locked goes unnoticed',
    subject: 'upsertConversation',
    caughtBy: 'loses no patch of 10 conversations whose usernames are claimed while another customer of each name comes',
    functions: [{ name: bulk, replace: "v_round->>'wrote' is not null and", by: 'false and' }],
    // A pause between the locks and the look of a customer without a conversation, and one between the look that finds
    // a conversation to adopt and the writes.
    slowed: [
      { name: bulk, replace: 'v_may_fail := true;', by: 'v_may_fail := true; perform pg_sleep(0.02) where v_actives[1] is null;' },
      {
        name: 'write_round',
        replace: 'select decided.*,',
        by: "select decided.*, case when decided.action = 'adopt' then pg_sleep(0.05) is null end as has_waited,",
      },
    ],
    attempts: 10,
  },
  {
    bug: 'the next conversation may be as old as the latest',
    subject: 'upsertConversation',
    caughtBy: 'opens the next one later than the latest, even if the clock stands still or steps back',
    functions: [{ name: 'write_round', replace: "greatest(p_now, (x.latest).created_at + interval '1 millisecond')", by: 'p_now' }],
    attempts: 1,
  },
  {
    bug: 'all items of a run have the version of the first',
    subject: 'bulkUpsertConversationsWithEvents',
    caughtBy: 'knows each of many items of one customer again',
    functions: [{ name: 'write_run', replace: 'c.version + step.place', by: 'c.version + 1' }],
    attempts: 1,
  },
]
