import type { SchemaStep } from '../schema-step.js'

/** How far the channel is with sending an inbox's history. All of it is null while the channel has said nothing. */
export const historyProgress: SchemaStep = {
  number: 55,
  name: 'history-progress',
  description: 'How far a channel is with sending the history of an inbox.',
  statements: ({ fn }) => [
    `alter table ${fn('inboxes')}
  add column if not exists history_phase integer,
  add column if not exists history_chunk_order integer,
  add column if not exists history_progress integer,
  add column if not exists history_error text collate "C",
  add column if not exists history_at timestamptz(3)`,
  ],
  undo: ({ fn }) => [
    `alter table ${fn('inboxes')}
  drop column if exists history_phase,
  drop column if exists history_chunk_order,
  drop column if exists history_progress,
  drop column if exists history_error,
  drop column if exists history_at`,
  ],
}
