import { literal } from '../literal.js'
import type { Names } from '../names.js'

/**
 * Step 11. The columns are null for nearly all rows, and a null takes no space. The contact inboxes are locked first,
 * because every write locks them before it reads a message or an event: in another order the step and a write could
 * wait for each other.
 */
export function addHistory({ tables }: Names): readonly string[] {
  return [
    `do ${literal(`begin lock table ${tables.contact_inboxes} in exclusive mode; end`)}`,
    `alter table ${tables.messages} add column if not exists is_history boolean, add column if not exists is_silent boolean`,
    `alter table ${tables.contact_interaction_events} add column if not exists is_history boolean`,
  ]
}

export function removeHistory({ tables }: Names): readonly string[] {
  return [
    `alter table ${tables.messages} drop column if exists is_history, drop column if exists is_silent`,
    `alter table ${tables.contact_interaction_events} drop column if exists is_history`,
  ]
}
