import type { SchemaStep } from '../schema-step.js'

/**
 * The inbox in which lands what comes for customers whom this one does not know (null: this one), and when it last
 * ceased to redirect to an inbox.
 */
export const inboxRedirects: SchemaStep = {
  number: 66,
  name: 'inbox-redirects',
  description: 'In which inbox lands what comes to another one.',
  statements: ({ fn }) => [
    `alter table ${fn('inboxes')} add column if not exists redirected_to text collate "C",
  add column if not exists redirect_ended_at timestamptz(3)`,
  ],
  undo: ({ fn }) => [`alter table ${fn('inboxes')} drop column if exists redirected_to, drop column if exists redirect_ended_at`],
}
