import type { RawRow } from '../../../src/contract/index.js'
import type { InboxMigration } from '../../../src/store/inbox-move-port.js'
import type { Rows } from './violations.js'

/** What a row has of its place, which an undo gives back. */
const placed = ['oa_id', 'customer_id', 'channel', 'contact_inbox_id', 'contact_id', 'canonical_id', 'moved'] as const
/** What a conversation has as well, which the customer's next message changes. */
const told = ['status', 'unread_count', 'window_expires_at'] as const

/**
 * What an undo has not given back of the rows of before. These people may stay where they are: those who came into the
 * source again between the move and its undo, and those who became one with somebody and went on talking.
 */
export function notRestored(
  { sourceOaId }: InboxMigration,
  { before, moved, after }: { readonly before: Rows; readonly moved: Rows; readonly after: Rows },
  spoke: ReadonlySet<string>,
): readonly string[] {
  const inSource = [...moved.contactInboxes.values()].filter(({ oa_id }) => oa_id === sourceOaId)
  const again = new Set(inSource.map((row) => row.customer_id))
  const wrong: string[] = []
  const silent = new Set<unknown>()
  const restored = new Set<unknown>()
  for (const [head, rows] of groupsOf(before)) {
    const isSilent = !rows.some(({ customer_id }) => spoke.has(String(customer_id)))
    if (isSilent) silent.add(head)
    if (rows.some(({ customer_id }) => again.has(customer_id)) || (becameOne(head, before, moved) && !isSilent)) continue
    restored.add(head)
    for (const row of rows) wrong.push(...differences(row, after.contactInboxes.get(row.id), ofContactInbox(row)))
  }
  for (const row of before.conversations.values()) {
    const own = before.contactInboxes.get(row.contact_inbox_id)
    const head = own?.canonical_id ?? own?.id
    if (restored.has(head))
      wrong.push(...differences(row, after.conversations.get(row.id), silent.has(head) ? [...placed, ...told] : placed))
  }
  return wrong
}

/** The contact of an alias is its head's, whatever its own row says. */
function ofContactInbox({ canonical_id }: RawRow): readonly string[] {
  return canonical_id === null ? placed : placed.filter((name) => name !== 'contact_id')
}

/** The ids of each person, by their head. */
function groupsOf({ contactInboxes }: Rows): ReadonlyMap<unknown, readonly RawRow[]> {
  const groups = new Map<unknown, RawRow[]>()
  for (const row of contactInboxes.values()) {
    const head = row.canonical_id ?? row.id
    groups.set(head, [...(groups.get(head) ?? []), row])
  }
  return groups
}

/** Whether a move has made this person one with another one. */
function becameOne(head: unknown, before: Rows, { contactInboxes }: Rows): boolean {
  const joined = [...contactInboxes.values()].filter((row) => row.canonical_id === head)
  return contactInboxes.get(head)?.canonical_id !== null || joined.some((row) => before.contactInboxes.get(row.id)?.canonical_id !== head)
}

function differences(before: RawRow, after: RawRow | undefined, names: readonly string[]): readonly string[] {
  return names
    .filter((name) => JSON.stringify(before[name] ?? null) !== JSON.stringify(after?.[name] ?? null))
    .map((name) => `${before.id} has ${name} ${JSON.stringify(after?.[name])} instead of ${JSON.stringify(before[name])}`)
}
