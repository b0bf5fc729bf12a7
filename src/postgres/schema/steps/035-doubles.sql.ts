import { literal } from '../../literal.js'
import type { SchemaStep } from '../schema-step.js'

/**
 * Which messages a merge hides. The column is null for all others, and a null takes no space. The contact inboxes are
 * locked first, because every write locks them before it reads a message.
 */
export const doubles: SchemaStep = {
  number: 35,
  name: 'doubles',
  description: 'Which messages a merge hides, because another copy of them is shown.',
  statements: ({ fn }) => [
    `do ${literal(`begin lock table ${fn('contact_inboxes')} in exclusive mode; end`)}`,
    `alter table ${fn('messages')} add column if not exists double_in text collate "C"`,
  ],
  undo: ({ fn }) => [`alter table ${fn('messages')} drop column if exists double_in`],
}
