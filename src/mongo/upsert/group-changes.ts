import type { ContactInboxRow, ConversationRow } from '../../model/planning/rows.js'
import { groupScopes } from '../../model/planning/scopes.js'
import { inSession, type MongoContext } from '../context.js'
import { type Alias, aliasDocuments, type Group, groupDocument } from '../documents/groups.js'
import type { LoadedWorld } from './loaded-world.js'

export interface GroupChanges {
  /** The groups that this world has changed, by the contact inbox of their heads. Null for an id that is alone now. */
  readonly changed: ReadonlyMap<string, Group | null>
  /** The conversations that were opened in a group that stays as it is, with what they repeat of it. */
  readonly opened: ReadonlyMap<ConversationRow, Group>
}

/** What the conversations of groups have to repeat once this world is written. May ask for rows that are not loaded. */
export function groupChanges(world: LoadedWorld): GroupChanges {
  const { inserted, updated } = world.contactInboxes.changes()
  const changes = [...inserted.map((row) => ({ before: null, row })), ...updated]
  const changed = new Map<string, Group | null>()
  const aliasesIn = aliasesAfter(
    world,
    changes.map(({ row }) => row),
  )
  /** The group of a head as it is in this world. Null for a head that is alone. */
  const groupOfRow = (head: ContactInboxRow): Group | null => {
    const aliases = aliasesIn(head.id)
    return head.scopes === null && aliases.length === 0 ? null : { scopes: groupScopes(head), aliases }
  }
  for (const id of new Set(changes.flatMap(({ before, row }) => headsOf(before, row)))) {
    const head = world.contactInboxById(id)
    if (head !== null && head.canonicalId === null) changed.set(id, groupOfRow(head))
  }

  const conversations = world.conversations.changes()
  const reopened = conversations.updated.filter(({ before, row }) => before.status === 'closed' && row.status !== 'closed')
  const opened = new Map<ConversationRow, Group>()
  for (const row of [...conversations.inserted, ...reopened.map(({ row }) => row)]) {
    const head = changed.has(row.contactInboxId) ? null : world.contactInboxes.get(row.contactInboxId)
    const group = head && groupOfRow(head)
    if (group) opened.set(row, group)
  }
  return { changed, opened }
}

/** The heads whose groups a changed contact inbox has joined, left, or has another name or other scopes in. */
function headsOf(before: ContactInboxRow | null, row: ContactInboxRow): readonly string[] {
  const isSame =
    before !== null &&
    before.canonicalId === row.canonicalId &&
    before.scopes === row.scopes &&
    (row.canonicalId === null || (before.customerId === row.customerId && before.previousHeadId === row.previousHeadId))
  if (isSame || (before === null && row.canonicalId === null && row.scopes === null)) return []
  return [before?.canonicalId, row.canonicalId ?? row.id].flatMap((id) => id ?? [])
}

/** The aliases that the database lists on a head, with those that have come, gone, or been renamed in this world. */
function aliasesAfter(world: LoadedWorld, rows: readonly ContactInboxRow[]): (headId: string) => readonly Alias[] {
  const headOf = new Map(rows.map(({ id, canonicalId }) => [id, canonicalId]))
  const aliasesOf = new Map<string | null, Alias[]>()
  for (const { id, customerId, previousHeadId, canonicalId } of rows) {
    const same = aliasesOf.get(canonicalId)
    if (same) same.push({ id, customerId, previousHeadId })
    else aliasesOf.set(canonicalId, [{ id, customerId, previousHeadId }])
  }
  return (headId) => {
    const noted = world.aliasesNoted(headId).filter(({ id }) => !headOf.has(id) || headOf.get(id) === headId)
    return [...new Map([...noted, ...(aliasesOf.get(headId) ?? [])].map((alias) => [alias.id, alias])).values()]
  }
}

/** Writes changed groups on their heads and on all of their conversations. */
export async function writeGroups(context: MongoContext, accountId: string, { changed }: GroupChanges): Promise<void> {
  const { contact_inboxes: contactInboxes, conversations } = context.collections
  if (changed.size === 0) return
  const idsOf = (group: Group | null) => (group?.aliases ?? []).map((alias) => alias.id)
  const listing = [...changed].flatMap(([id, group]) => {
    const aliases = group?.aliases ?? []
    const listed = aliases.length === 0 ? { $unset: { aliases: '' } } : { $set: { aliases: aliasDocuments(aliases) } }
    const lists = { accountId, _id: { $in: idsOf(group) }, aliases: { $exists: true } }
    return [
      { updateMany: { filter: lists, update: { $unset: { aliases: '' } } } },
      { updateOne: { filter: { accountId, _id: id }, update: listed } },
    ]
  })
  await contactInboxes.bulkWrite(listing, inSession(context))
  const repeating = [...changed].map(([id, group]) => {
    const update = group === null ? { $unset: { group: '' } } : { $set: { group: groupDocument(group) } }
    return { updateMany: { filter: { accountId, contact_inbox_id: { $in: [id, ...idsOf(group)] } }, update } }
  })
  await conversations.bulkWrite(repeating, inSession(context))
}
