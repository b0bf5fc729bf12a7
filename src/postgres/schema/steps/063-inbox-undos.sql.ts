import type { SchemaStep } from '../schema-step.js'

/** `undoes` of a migration of the kind `undo`: the migration that it undoes. */
export const inboxUndos: SchemaStep = {
  number: 63,
  name: 'inbox-undos',
  description: 'Which move of an inbox an undo undoes.',
  statements: ({ fn }) => [`alter table ${fn('inbox_migrations')} add column if not exists undoes text collate "C"`],
  undo: ({ fn }) => [`alter table ${fn('inbox_migrations')} drop column if exists undoes`],
}
