import { nameless } from '../../../src/model/planning/people.js'
import type { World } from '../../../src/model/planning/world.js'
import type { StampedEvent } from '../../../src/store/adapter.js'
import { around, changingItems } from './call-bugs.js'
import { storingIds } from './memory-identity-mutants.js'
import type { MemoryBug, MemoryMutant } from './mutated-memory.js'
import { inFunction, inStatement, type PostgresMutant } from './mutated-postgres.js'

/** The cases of the contract that catch the planted bugs of what a body proves. */
const chats = 'keeps a message of each chat on Telegram, also in the body that names the ids of both, and where they are in conflict'
const laterChannel = 'keeps a message of each chat where the channel becomes known after the chats were linked, by the call or by the inbox'
const watched = 'takes no watermark of another chat on Telegram when the two turn out to be one person’s'
const alone = 'believes a body that names a disputed or a former number alone nothing of whose it is'
const moved = 'links nobody by a body that is older than the move of its number to somebody else'
const accounts = 'gives what is in conflict to the id of an account, where no user id is named: a number may be a stranger’s by now'
const lasting = 'keeps a number disputed since the last conflict, whatever came before'
const timeless = 'moves nothing back by a notice without a time that comes again, and believes one that tells a way back'
const givenUp = 'gives up a number that a late notice puts in the place of one which was given up since'
const holders = 'finds what each of several people said under a number that went from one to the next'
const accepted = 'takes a refused reply for sent once a later attempt was accepted, in whatever order the three are told'
const receivers = 'tells each person once, by the id of their thread, whatever their replies were sent under'
const inItsChat = 'finds a reply in its chat, also where the channel became known after the chats were linked'
const twoNotices = 'changes the conversation once of a person of whom two notices of one call tell the same, whose reply was lost'
const noticeAgain = 'answers for a notice of changed ids as the lost reply would have, whatever other event has its id'
const subject = 'upsertConversationWithEvents'

const planted = (bug: string, caughtBy: string, name: string, replace: string | RegExp, by: string): PostgresMutant =>
  inFunction(1)(bug, subject, caughtBy, name, replace, by)

export const postgresEvidenceMutants: readonly PostgresMutant[] = [
  planted('a message of a chat is known in another one of the person', chats, 'link_item', 'if v_is_of_chat then', 'if false then'),
  planted(
    'what is known of a chat is looked for by the channel of its head alone',
    laterChannel,
    'link_item',
    "coalesce(nullif(h.channel, 'api'), p_item->>'channel', v_inbox_channel)",
    "nullif(h.channel, 'api')",
  ),
  planted(
    'an inbox does not say that its chats are apart',
    laterChannel,
    'link_item',
    /or coalesce\(v_inbox_channel in \([^)]*\), false\)/,
    '',
  ),
  planted('a message of a chat goes to the user id’s thread', chats, 'evidence_of', 'and not v_is_of_chat', ''),
  planted(
    'a watermark of one chat holds for another one',
    watched,
    'join_group',
    'then v_winner else v_loser',
    'then v_loser else v_loser',
  ),
  {
    bug: 'a number alone settles a dispute',
    subject,
    caughtBy: alone,
    functions: [
      { name: 'evidence_of', replace: '< p_at_ms and exists', by: '< p_at_ms or exists' },
      { name: 'note_identities', replace: 'and g.is_with_own', by: '' },
    ],
    attempts: 1,
  },
  {
    bug: 'a former number alone is current again',
    subject,
    caughtBy: alone,
    functions: ['evidence_of', 'note_identities'].map((name) => ({ name, replace: 'jsonb_array_length(p_given) > 1', by: 'true' })),
    attempts: 1,
  },
  planted('a late body links whoever has its number since', moved, 'evidence_of', 'or v_has_moved and not v_is_one', ''),
  planted('only a user id is nobody else’s', accounts, 'evidence_of', "n.kind <> 'phone' and", "n.kind = 'user_id' and"),
  planted(
    'a later conflict is not noted',
    lasting,
    'evidence_of',
    /coalesce\(greatest\(\(n\.mark->>'disputed_since'\)::bigint, /,
    "n.mark->>'disputed_since' is null and coalesce(greatest(",
  ),
  planted('a notice without a time is always news', timeless, 'apply_notice', "if p_event->>'occurred_at' is null and", 'if false and'),
  planted(
    'a late notice brings a number back in the place of one that was given up',
    givenUp,
    'changed_identities',
    "l->>'kind' = named.kind and l->>'id' = any (v_previous)",
    'false',
  ),
  planted('only the last holder of a number is remembered', holders, 'former_heads', 'o.id = b.next', 'o.id = null'),
  inStatement(1)('a person is told for each of their ids', 'applyReceipt', receivers, 'else head.customer_id', 'else own.customer_id'),
  inStatement(1)(
    'a reply is the head’s, whose chat has it not',
    'applyReceipt',
    inItsChat,
    'then own.customer_id',
    'then head.customer_id',
  ),
  inFunction(1)(
    'notices that are sent again raise the version again',
    'COMMIT_OUTCOME_UNKNOWN',
    twoNotices,
    'upsert_linking',
    /c\.version \+ \(p_operation is not null and .*?\)::integer,/s,
    'c.version + 1,',
  ),
  inFunction(1)(
    'a notice is a duplicate of another event that has its id',
    'COMMIT_OUTCOME_UNKNOWN',
    noticeAgain,
    'write_round',
    "when event.type = 'identity_change' then",
    'when false then',
  ),
]

/** Reads every contact inbox as one of a channel whose message ids are unique. */
const ofNoChat: MemoryBug = {
  world: (world) => ({
    contactInbox: (oaId, customerId) => shared(world.contactInbox(oaId, customerId)),
    contactInboxById: (id) => shared(world.contactInboxById(id)),
  }),
}

function shared(row: ReturnType<World['contactInboxById']>) {
  return row && { ...row, channel: row.channel === 'telegram' ? ('api' as const) : row.channel }
}

const changingEvents = (change: (event: StampedEvent) => StampedEvent): MemoryBug =>
  changingItems((item) => ({ ...item, events: item.events.map(change) }))

/** The planner has the rules for MongoDB too. */
export const memoryEvidenceMutants: readonly MemoryMutant[] = [
  { bug: 'a message of a chat is known in another one of the person', subject, caughtBy: chats, ...ofNoChat },
  { bug: 'a watermark of one chat holds for another one', subject, caughtBy: watched, ...ofNoChat },
  {
    bug: 'a late body links whoever has its number since',
    subject,
    caughtBy: moved,
    ...storingIds(({ movedAt }) => ({ movedAt: movedAt && new Date(0) })),
  },
  {
    bug: 'a later conflict is not noted',
    subject,
    caughtBy: lasting,
    ...storingIds((mark, before) => (mark.disputedSince && before?.disputedSince ? { disputedSince: before.disputedSince } : {})),
  },
  {
    bug: 'only the last holder of a number is remembered',
    subject,
    caughtBy: holders,
    world: (world) => ({
      contactInboxById(id) {
        const row = world.contactInboxById(id)
        return row && { ...row, previousHeadId: row.customerId === nameless(id) ? null : row.previousHeadId }
      },
    }),
  },
  {
    bug: 'a notice without a time is always news',
    subject,
    caughtBy: timeless,
    ...changingEvents((event) => (event.type === 'identity_change' ? { ...event, occurredAt: event.occurredAt ?? new Date() } : event)),
  },
  {
    bug: 'a pair of ids is told once, whatever became of the reply in between',
    subject,
    caughtBy: accepted,
    ...changingEvents((event) => (event.type === 'message_sent' ? { ...event, dedupeKey: `sent:${event.localId}` } : event)),
  },
  {
    bug: 'a person is told for each of their ids',
    subject: 'applyReceipt',
    caughtBy: receivers,
    ...around('findReceivers', async (_input, send, { database, accountIds }) => {
      const [accountId = ''] = accountIds
      const { contactInboxes } = database.account(accountId).people
      return (await send()).map((each) => ({ ...each, customerId: [...contactInboxes.values()].at(-1)?.customerId ?? each.customerId }))
    }),
  },
  {
    bug: 'a reply is the head’s, whose chat has it not',
    subject: 'applyReceipt',
    caughtBy: inItsChat,
    ...around('findReceivers', async (_input, send, { database, accountIds }) => {
      const [accountId = ''] = accountIds
      const [head] = database.account(accountId).people.contactInboxes.values()
      return (await send()).map((each) => ({ ...each, customerId: head?.customerId ?? each.customerId }))
    }),
  },
]
