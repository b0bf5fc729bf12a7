import { joinTitles } from './inbox-join-titles.js'
import { without } from './mutated-db.js'
import type { MongoMutant } from './mutated-mongo.js'
import { inFunction, type PostgresMutant } from './mutated-postgres.js'

const { closes, finds, leaves, alone, both, parts, since, stay, touched, beside } = joinTitles
const { goesOn, namesake, bothBack, further } = joinTitles

type Subject = 'moveInboxBatch' | 'undoInboxMigration'

const bug = inFunction(2)

export const postgresInboxJoinMutants: readonly PostgresMutant[] = [
  bug(
    'the conversation of a known person stays open',
    'moveInboxBatch',
    alone,
    'move_known',
    "status = 'closed', closed_at = p_now",
    'closed_at = x.closed_at',
  ),
  bug(
    'nobody hears that a person has further ids',
    'moveInboxBatch',
    closes,
    'move_known',
    'set version = x.version + 1, updated_at = p_now\n     where x.account_id = p_account and x.id = k.id',
    'set updated_at = x.updated_at\n     where x.account_id = p_account and x.id = k.id',
  ),
  bug(
    'the messages of the source are not found',
    'moveInboxBatch',
    finds,
    'link_heads',
    /\|\| array\(select s\.id from unnest[\s\S]*?order by s\.n\)/,
    '',
  ),
  bug(
    'people become one who have two ids of one kind',
    'moveInboxBatch',
    leaves,
    'move_people',
    /continue when cardinality\(v_kept\) > 1 or [^;]*;/,
    'continue when cardinality(v_kept) > 1;',
  ),
  bug(
    'somebody goes to one of two people who have their ids',
    'moveInboxBatch',
    leaves,
    'move_people',
    'continue when cardinality(v_kept) > 1 or',
    'continue when',
  ),
  bug(
    'merged contacts are not counted',
    'moveInboxBatch',
    both,
    'move_people',
    /contacts_merged := contacts_merged \+ ([^;]*)::integer;/,
    'contacts_merged := 0 * $1::integer;',
  ),
  bug(
    'a person goes back whose conversation has gone on',
    'undoInboxMigration',
    stay,
    'part_moved',
    "and c.last_seq = (c.moved->>'last_seq')::integer",
    '',
  ),
  bug(
    'a person goes back who can’t be told apart',
    'undoInboxMigration',
    stay,
    'part_moved',
    /if \(select r\.outcome from [^;]*?is not null/,
    'if false',
  ),
  bug('the first who came is parted first', 'undoInboxMigration', since, 'move_people_back', 'j.place desc', 'j.place'),
  bug(
    'a closed conversation stays closed when it goes back',
    'undoInboxMigration',
    parts,
    'reopen_moved',
    "status = v_closed.mark->>'status',",
    '',
  ),
  bug(
    'a conversation is opened that was touched since',
    'undoInboxMigration',
    touched,
    'reopen_moved',
    "and x.closed_at = (v_closed.mark->>'at')::timestamptz",
    '',
  ),
  bug('two active conversations have one username', 'undoInboxMigration', beside, 'reopen_moved', 'x.username_key is null or', 'true or'),
  bug(
    'a conversation without another one is closed',
    'moveInboxBatch',
    goesOn,
    'move_known',
    'v_goes_on := k.id is null',
    'v_goes_on := false',
  ),
  bug(
    'a conversation goes on beside its namesake',
    'moveInboxBatch',
    namesake,
    'move_known',
    'v_goes_on and (x.username_key is null or',
    'v_goes_on and (true or',
  ),
  bug('the undo forgets the merged conversation', 'undoInboxMigration', bothBack, 'move_known', "|| coalesce(v_links, '[]')", ''),
  bug('the undo of a merge is two changes', 'undoInboxMigration', bothBack, 'part_moved', 'and x.id is distinct from v_merge.kept_id', ''),
  bug(
    'a person is parted whose conversation was merged further',
    'undoInboxMigration',
    further,
    'part_moved',
    "if v_outcome is distinct from 'unmerged' then",
    'if false then',
  ),
]

/** Changes each update that one command sends. */
const updates = (change: (update: Record<string, Record<string, unknown>>) => object) =>
  (({ body }) => {
    if (!Array.isArray(body)) return { body: change(Object(body)) }
    return {
      body: body.map((each) =>
        each.updateOne === undefined ? each : { updateOne: { ...each.updateOne, update: change(Object(each.updateOne.update)) } },
      ),
    }
  }) satisfies NonNullable<MongoMutant['commands']>[number]['change']

/** Changes what the marks of moved rows say. */
const marks = (change: (moved: Record<string, unknown>) => object) =>
  updates(({ $set, ...rest }) => {
    const moved = $set?.moved
    return moved === undefined ? { ...rest, ...($set && { $set }) } : { ...rest, $set: { ...$set, moved: change(Object(moved)) } }
  })

const commands = (
  bug: string,
  subject: Subject,
  caughtBy: string,
  of: NonNullable<MongoMutant['commands']>[number]['of'],
  change: NonNullable<MongoMutant['commands']>[number]['change'],
): MongoMutant => ({ bug, subject, caughtBy, commands: [{ of, by: ['updateOne', 'bulkWrite'], change }] })

const isClosing = (set: Record<string, unknown> | undefined) => set?.status === 'closed' && 'oa_id' in set

export const mongoInboxJoinMutants: readonly MongoMutant[] = [
  commands(
    'the conversation of a known person keeps the time when it was closed',
    'moveInboxBatch',
    closes,
    'conversations',
    updates(({ $set, ...rest }) => ({ ...rest, ...($set && { $set: isClosing($set) ? without($set, 'closed_at') : $set }) })),
  ),
  commands(
    'the messages of the source are not found',
    'moveInboxBatch',
    finds,
    'contact_inboxes',
    updates(({ $set, ...rest }) => ({ ...rest, ...($set && { $set: without($set, 'scopes') }) })),
  ),
  commands(
    'nobody knows how both were',
    'undoInboxMigration',
    parts,
    'contact_inboxes',
    marks((moved) => without(moved, 'links')),
  ),
  commands(
    'an id of both stays as it was named',
    'undoInboxMigration',
    parts,
    'contact_inboxes',
    marks((moved) => without(moved, 'customer_id')),
  ),
  commands(
    'a closed conversation stays closed when it goes back',
    'undoInboxMigration',
    parts,
    'conversations',
    marks((moved) => without(moved, 'closed')),
  ),
  commands(
    'a person goes back whose conversation has gone on',
    'undoInboxMigration',
    stay,
    'conversations',
    marks((moved) => ('last_seq' in moved ? { ...moved, last_seq: 2 } : moved)),
  ),
  {
    bug: 'the undo forgets the merged conversation',
    subject: 'undoInboxMigration',
    caughtBy: bothBack,
    commands: [
      {
        of: 'conversation_merges',
        by: ['bulkWrite'],
        change: updates(({ $set, ...rest }) => ({ ...rest, $set: $set && 'lost.moved' in $set ? { seen: true } : $set })),
      },
    ],
  },
]
