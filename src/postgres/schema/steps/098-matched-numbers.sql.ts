import type { SchemaStep } from '../schema-step.js'

/**
 * Whether people were moved into an inbox. It then knows a number in any form, because they have theirs in the form of
 * the provider from which they came.
 */
export const matchedNumbers: SchemaStep = {
  number: 98,
  name: 'matched-numbers',
  description: 'Whether an inbox knows a number in whatever form a provider writes it.',
  statements: ({ fn }) => [
    `alter table ${fn('inboxes')} add column if not exists matches_numbers boolean not null default false`,
    `update ${fn('inboxes')} b set matches_numbers = true
  where exists (select from ${fn('inbox_migrations')} m where m.account_id = b.account_id and m.destination_oa_id = b.oa_id and m.kind <> 'undo')`,
  ],
  undo: ({ fn }) => [`alter table ${fn('inboxes')} drop column if exists matches_numbers`],
}
