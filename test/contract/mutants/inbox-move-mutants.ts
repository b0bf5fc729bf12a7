import { moveTitles } from './inbox-move-titles.js'
import { without } from './mutated-db.js'
import type { MongoMutant } from './mutated-mongo.js'
import { inStatement, type PostgresMutant } from './mutated-postgres.js'

const { crossed, inProgress, whole, together, known, behind, bounded, once, undone, foreign, cancels, listed, accounts, previewed } =
  moveTitles
const { theirs } = moveTitles

const statement = inStatement(5)
const inFunction = (bug: string, caughtBy: string, replace: string | RegExp, by: string): PostgresMutant => ({
  bug,
  subject: 'moveInboxBatch',
  caughtBy,
  functions: [{ name: 'move_people', replace, by }],
  attempts: 5,
})

export const postgresInboxMoveMutants: readonly PostgresMutant[] = [
  {
    bug: 'the inboxes are not locked before a migration begins',
    subject: 'beginInboxMigration',
    caughtBy: crossed,
    statements: [{ replace: /order by b\.oa_id for no key update$/, by: 'order by b.oa_id' }],
    attempts: 20,
  },
  statement(
    'a migration begins beside one that moves into its source',
    'INBOX_MIGRATION_IN_PROGRESS',
    inProgress,
    / or m\.destination_oa_id = any \(array\[(\$\d+), (\$\d+)\]::text\[\]\)/,
    ' or ($1::text || $2::text) is null',
  ),
  inFunction(
    'a moved conversation stays in the source',
    whole,
    /set oa_id = p_destination, channel = coalesce\(v_channel, x\.channel\), version/,
    'set channel = coalesce(v_channel, x.channel), version',
  ),
  inFunction('a moved conversation keeps its version', whole, 'version = x.version + 1', 'version = x.version'),
  inFunction(
    'a reply window goes on in another number',
    whole,
    'case when p_keeps_window then x.window_expires_at end',
    'x.window_expires_at',
  ),
  inFunction('a person moves without their other ids', together, 'a.canonical_id = any (v_moving)', "a.canonical_id = any ('{}'::text[])"),
  inFunction('somebody is moved whom the destination knows by another id', known, "else 'identity'", 'else null'),
  inFunction('somebody is moved whose username is taken in the destination', known, "null, 'username'", 'null, null'),
  inFunction('a batch begins at the beginning', behind, "coalesce(p_after, '')", "coalesce(nullif(p_after, p_after), '')"),
  inFunction('a batch has any number of conversations', bounded, 'where w.before < p_conversations', 'where w.before < 1000000'),
  statement(
    'a batch that is sent again is not known',
    'moveInboxBatch',
    once,
    /operation_id = (\$\d+)\n where m\.account_id/,
    "operation_id = coalesce('', $1)\n where m.account_id",
  ),
  {
    bug: 'a conversation comes back to the inbox that its customer left',
    subject: 'moveInboxBatch',
    caughtBy: undone,
    functions: [{ name: 'unmerge_conversations', replace: 'l.oa_id := h.oa_id;', by: '' }],
    attempts: 2,
  },
  statement(
    'a batch of another account’s migration is moved',
    'moveInboxBatch',
    foreign,
    /where m\.account_id = (\$\d+) and m\.id = (\$\d+) for update of m/,
    'where $1::text is not null and m.id = $2 for update of m',
  ),
  statement(
    'a running migration is not asked to end',
    'endInboxMigration',
    cancels,
    /cancel_requested_at = (\$\d+)::timestamptz/,
    'cancel_requested_at = nullif($1::timestamptz, $1)',
  ),
  statement(
    'a migration is found in every account',
    'endInboxMigration',
    theirs,
    /where m\.account_id = (\$\d+) and m\.id = (\$\d+)$/,
    'where $1::text is not null and m.id = $2',
  ),
  statement(
    'a list of migrations begins with the oldest',
    'listInboxMigrations',
    listed,
    'order by m.created_at desc, m.id desc',
    'order by m.created_at, m.id',
  ),
  statement('accounts are found whose migrations are over', 'forOperator', accounts, /m where m\.completed_at is null\) t/g, 'm) t'),
  statement(
    'a preview leaves out what is in closed conversations',
    'previewInboxMove',
    previewed,
    /where c\.account_id = (\$\d+) and c\.contact_inbox_id = any \(array\(select p\.id/,
    "where c.status <> 'closed' and c.account_id = $1 and c.contact_inbox_id = any (array(select p.id",
  ),
]

const commands = (
  bug: string,
  subject: MongoMutant['subject'],
  caughtBy: string,
  of: NonNullable<MongoMutant['commands']>[number]['of'],
  by: NonNullable<MongoMutant['commands']>[number]['by'],
  change: NonNullable<MongoMutant['commands']>[number]['change'],
): MongoMutant => ({ bug, subject, caughtBy, commands: [{ of, by, change }] })

/** Changes the fields that a pipeline of one stage sets, where it marks what moved. */
const setting = (change: (set: Record<string, unknown>) => Record<string, unknown>) =>
  (({ body }) => {
    const [stage] = Array.isArray(body) ? body : []
    const set = stage?.$set
    return set !== undefined && 'moved' in set ? { body: [{ $set: change(set) }] } : {}
  }) satisfies NonNullable<MongoMutant['commands']>[number]['change']

export const mongoInboxMoveMutants: readonly MongoMutant[] = [
  {
    bug: 'an inbox takes part in several migrations',
    subject: 'beginInboxMigration',
    caughtBy: crossed,
    dropIndexes: [{ of: 'inbox_migrations', name: 'idx_inbox_migrations_inboxes' }],
    processes: 5,
    delayMs: 5,
    attempts: 10,
  },
  commands(
    'a moved conversation stays in the source',
    'moveInboxBatch',
    whole,
    'conversations',
    ['updateMany'],
    setting((set) => without(set, 'oa_id')),
  ),
  commands(
    'a moved conversation keeps its version',
    'moveInboxBatch',
    whole,
    'conversations',
    ['updateMany'],
    setting((set) => without(set, 'version')),
  ),
  commands(
    'a contact inbox keeps the channel that it had',
    'moveInboxBatch',
    whole,
    'contact_inboxes',
    ['updateMany'],
    setting((set) => without(set, 'channel')),
  ),
  commands(
    'somebody is moved whose username is taken in the destination',
    'moveInboxBatch',
    known,
    'conversations',
    ['find'],
    ({ filter }) => ({
      filter: 'username_key' in filter ? { ...filter, active: 'never' } : filter,
    }),
  ),
  commands('a batch begins at the beginning', 'moveInboxBatch', behind, 'contact_inboxes', ['find'], ({ filter }) => {
    const { customer_id: customer } = filter as { customer_id?: object }
    return { filter: '$gt' in Object(customer) ? { ...filter, customer_id: { $gt: '' } } : filter }
  }),
  commands('a batch that is sent again is not known', 'moveInboxBatch', once, 'inbox_migrations', ['updateOne'], ({ body }) => {
    const { $set = {}, ...rest } = body as { $set?: Record<string, unknown> }
    return { body: { ...rest, $set: without($set, 'operation_id') } }
  }),
  commands('a running migration is not asked to end', 'endInboxMigration', cancels, 'inbox_migrations', ['updateOne'], ({ body }) => {
    const { $set = {}, ...rest } = body as { $set?: Record<string, unknown> }
    return { body: { ...rest, $set: without($set, 'cancel_requested_at') } }
  }),
  commands('a migration is found in every account', 'endInboxMigration', theirs, 'inbox_migrations', ['findOne'], ({ filter }) => ({
    filter: '_id' in filter ? without(filter, 'accountId') : filter,
  })),
  commands('a list of migrations begins with the oldest', 'listInboxMigrations', listed, 'inbox_migrations', ['find'], ({ options }) => ({
    options: 'batchSize' in options ? { ...options, sort: { created_at: 1, _id: 1 } } : options,
  })),
  commands('accounts are found whose migrations are over', 'forOperator', accounts, 'inbox_migrations', ['aggregate'], ({ body }) => ({
    body: Array.isArray(body) ? body.filter((stage) => !('$match' in stage && 'inboxes' in stage.$match)) : body,
  })),
  commands('a preview counts no attachments', 'previewInboxMove', previewed, 'messages', ['aggregate'], ({ body }) => ({
    body: Array.isArray(body)
      ? body.map((stage) => ('$group' in stage && 'attachments' in stage.$group ? { $group: without(stage.$group, 'attachments') } : stage))
      : body,
  })),
]
