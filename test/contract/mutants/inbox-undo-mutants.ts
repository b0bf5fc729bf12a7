import { undoTitles } from './inbox-undo-titles.js'
import { without } from './mutated-db.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { PostgresMutant } from './mutated-postgres.js'

const { unknown, refused, restored, windows, opened, whole, others, passes, second } = undoTitles

const inFunction = (bug: string, caughtBy: string, replace: string | RegExp, by: string): PostgresMutant => ({
  bug,
  subject: 'undoInboxMigration',
  caughtBy,
  functions: [{ name: 'move_people_back', replace, by }],
  attempts: 2,
})

export const postgresInboxUndoMutants: readonly PostgresMutant[] = [
  {
    bug: 'what was undone is undone again',
    subject: 'INBOX_UNDO_REFUSED',
    caughtBy: refused,
    statements: [{ replace: "and m.status = 'completed')", by: "and m.status = 'never')" }],
    attempts: 2,
  },
  {
    bug: 'a migration of another account is undone',
    subject: 'undoInboxMigration',
    caughtBy: unknown,
    statements: [{ replace: /where m\.account_id = (\$\d+) and m\.id = (\$\d+)$/, by: 'where $1::text is not null and m.id = $2' }],
    attempts: 2,
  },
  {
    bug: 'the mark of an earlier move stays in part',
    subject: 'undoInboxMigration',
    caughtBy: second,
    functions: [
      {
        name: 'move_people',
        replace: "moved = jsonb_build_object('by', p_migration, 'channel', x.channel)",
        by: "moved = coalesce(x.moved, '{}') || jsonb_build_object('by', p_migration, 'channel', x.channel)",
      },
    ],
    attempts: 1,
  },
  inFunction('the mark stays on a conversation that went back', restored, 'updated_at = v_now, moved = null', 'updated_at = v_now'),
  inFunction('a conversation goes back with its version', restored, 'version = x.version + 1', 'version = x.version'),
  inFunction(
    'a person goes back without their other ids',
    restored,
    /v_group := \(v_moving \|\| array\([^;]*;(?=\s*v_going)/,
    'v_group := v_moving;',
  ),
  inFunction(
    'a person goes back with the reply window of the other number',
    windows,
    'case when v_is_conversion then',
    'case when true then',
  ),
  inFunction('a conversion goes back with the reply window of then', windows, 'case when v_is_conversion then', 'case when false then'),
  inFunction(
    'what was opened since goes back too',
    opened,
    /(v_going := array\([^;]*) and c\.moved->>'by' is not distinct from p_undone\);/,
    '$1);',
  ),
  inFunction(
    'messages of what stays are left under the person who went',
    opened,
    'contact_inbox_id = coalesce(v_copies->>x.contact_inbox_id, x.contact_inbox_id), own_id',
    'own_id',
  ),
  inFunction('somebody goes back who came into the source again', whole, "then 'id'", 'then null'),
  inFunction('somebody goes back whom the migration did not move', others, "v_found) and (h.moved->>'by' = p_undone", 'v_found) and (true'),
  inFunction('merged conversations part from their person', whole, 'or g.is_merged as is_whole', 'as is_whole'),
  inFunction('copies are made without ids', passes, 'l.given > jsonb_array_length(p_ids)', 'l.given > 1000000'),
]

const commands = (
  bug: string,
  caughtBy: string,
  of: NonNullable<MongoMutant['commands']>[number]['of'],
  change: NonNullable<MongoMutant['commands']>[number]['change'],
): MongoMutant => ({ bug, subject: 'undoInboxMigration', caughtBy, commands: [{ of, by: ['updateMany'], change }] })

/** Changes the fields that the first stage of a pipeline sets, where it sets one of this name. */
const setting = (name: string, change: (set: Record<string, unknown>) => Record<string, unknown>) =>
  (({ body }) => {
    const [stage, ...rest] = Array.isArray(body) ? body : []
    const set = stage?.$set
    return set !== undefined && name in set ? { body: [{ $set: change(set) }, ...rest] } : {}
  }) satisfies NonNullable<MongoMutant['commands']>[number]['change']

const movesBack = (set: Record<string, unknown>) => set.channel === '$moved.channel'

export const mongoInboxUndoMutants: readonly MongoMutant[] = [
  {
    bug: 'what was undone is undone again',
    subject: 'INBOX_UNDO_REFUSED',
    caughtBy: refused,
    commands: [
      {
        of: 'inbox_migrations',
        by: ['findOne'],
        change: ({ filter }) => ({ filter: 'undoes' in filter ? { ...filter, status: 'never' } : filter }),
      },
    ],
  },
  {
    bug: 'a migration of another account is undone',
    subject: 'undoInboxMigration',
    caughtBy: unknown,
    commands: [
      {
        of: 'inbox_migrations',
        by: ['findOne'],
        change: ({ filter }) => ({ filter: '_id' in filter ? without(filter, 'accountId') : filter }),
      },
    ],
  },
  {
    bug: 'the mark of an earlier move stays in part',
    subject: 'undoInboxMigration',
    caughtBy: second,
    commands: (['contact_inboxes', 'conversations'] as const).map((of) => ({
      of,
      by: ['updateMany'],
      change: setting('moved', (set) => ({ ...set, moved: Object(set.moved).$mergeObjects[0] })),
    })),
  },
  commands('the mark stays on a conversation that went back', restored, 'conversations', ({ body }) => ({
    body: Array.isArray(body) ? body.filter((stage) => !('$unset' in stage)) : body,
  })),
  commands(
    'a conversation goes back with its version',
    restored,
    'conversations',
    setting('channel', (set) => (movesBack(set) ? without(set, 'version') : set)),
  ),
  commands(
    'a person goes back with the reply window of the other number',
    windows,
    'conversations',
    setting('channel', (set) => (movesBack(set) ? without(set, 'window_expires_at') : set)),
  ),
  commands(
    'messages of what stays are left under the person who went',
    opened,
    'messages',
    setting('own_id', (set) => without(set, 'contact_inbox_id')),
  ),
  commands(
    'events of what stays are left under the person who went',
    opened,
    'contact_interaction_events',
    setting('own_id', (set) => without(set, 'contact_inbox_id')),
  ),
  commands('what stays repeats the group of the person who went', opened, 'conversations', ({ body, filter }) => ({
    filter: Array.isArray(body) && body[0]?.$set?.group !== undefined ? { ...filter, group: 'none' } : filter,
  })),
]
