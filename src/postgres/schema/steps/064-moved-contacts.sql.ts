import type { SchemaStep } from '../schema-step.js'

/**
 * The function that moves people tells how many contacts it merged. A function can't be replaced by one that tells
 * more.
 */
export const movedContacts: SchemaStep = {
  number: 64,
  name: 'moved-contacts',
  description: 'Makes room for a function that tells how many contacts a move has merged.',
  statements: ({ fn }) => [
    `drop function if exists ${fn('move_people')}(text, text, text, text, text, boolean, integer, integer, timestamptz)`,
  ],
  undo: () => [],
}
