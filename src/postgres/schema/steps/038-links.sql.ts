import type { SchemaStep } from '../schema-step.js'

/** What parting the customers needs whom a merge has linked. The column is null for all other merges. */
export const links: SchemaStep = {
  number: 38,
  name: 'links',
  description: 'What parting the customers needs whom a merge of their conversations has made one person.',
  statements: ({ fn }) => [`alter table ${fn('conversation_merges')} add column if not exists links jsonb`],
  undo: ({ fn }) => [`alter table ${fn('conversation_merges')} drop column if exists links`],
}
