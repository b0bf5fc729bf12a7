import type { AccountRows } from './world.js'

/** The head of each contact inbox, by id: who is one person has one head. */
export function headsOf({ contactInboxes }: Pick<AccountRows, 'contactInboxes'>): ReadonlyMap<string, string> {
  return new Map(contactInboxes.map((row) => [row.id, row.canonical_id ?? row.id]))
}
