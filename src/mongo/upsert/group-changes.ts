import type { ConversationRow } from '../../model/planning/rows.js'
import { groupScopes } from '../../model/planning/scopes.js'
import { inSession, type MongoContext } from '../context.js'
import { type Alias, aliasDocuments, type Group, groupDocument } from '../documents/groups.js'
import type { LoadedWorld } from './loaded-world.js'

export interface GroupChanges {
  /** The groups that this world has changed, by the contact inbox of their heads. */
  readonly changed: ReadonlyMap<string, Group>
  /** The conversations that were opened in a group that stays as it is, with what they repeat of it. */
  readonly opened: ReadonlyMap<ConversationRow, Group>
}

/** What the conversations of groups have to repeat once this world is written. May ask for rows that are not loaded. */
export function groupChanges(world: LoadedWorld): GroupChanges {
  const { inserted, updated } = world.contactInboxes.changes()
  const joined = [...inserted, ...updated.filter(({ before, row }) => before.canonicalId !== row.canonicalId).map(({ row }) => row)]
  const widened = updated.filter(({ before, row }) => before.scopes !== row.scopes && row.canonicalId === null)
  const heads = new Set([...joined.flatMap(({ canonicalId }) => canonicalId ?? []), ...widened.map(({ row }) => row.id)])

  const changed = new Map<string, Group>()
  for (const id of heads) {
    const head = world.contactInboxById(id)
    const aliases = new Map(world.aliasesNoted(id).map((alias) => [alias.id, alias]))
    for (const row of joined) if (row.canonicalId === id) aliases.set(row.id, { id: row.id, customerId: row.customerId })
    if (head?.canonicalId === null) changed.set(id, { scopes: groupScopes(head), aliases: [...aliases.values()] })
  }

  const conversations = world.conversations.changes()
  const reopened = conversations.updated.filter(({ before, row }) => before.status === 'closed' && row.status !== 'closed')
  const opened = new Map<ConversationRow, Group>()
  for (const row of [...conversations.inserted, ...reopened.map(({ row }) => row)]) {
    const group = changed.has(row.contactInboxId) ? null : knownGroup(world, row.contactInboxId)
    if (group) opened.set(row, group)
  }
  return { changed, opened }
}

function knownGroup(world: LoadedWorld, headId: string): Group | null {
  const head = world.contactInboxes.get(headId)
  const aliases = world.aliasesNoted(headId)
  return head === null || (head.scopes === null && aliases.length === 0) ? null : { scopes: groupScopes(head), aliases }
}

/** Writes changed groups on their heads and on all of their conversations. */
export async function writeGroups(context: MongoContext, accountId: string, { changed }: GroupChanges): Promise<void> {
  const { contact_inboxes: contactInboxes, conversations } = context.collections
  const options = inSession(context)
  for (const [id, group] of changed) {
    const ids = group.aliases.map((alias: Alias) => alias.id)
    await contactInboxes.updateMany({ accountId, _id: { $in: ids }, aliases: { $exists: true } }, { $unset: { aliases: '' } }, options)
    await contactInboxes.updateOne({ accountId, _id: id }, { $set: { aliases: aliasDocuments(group.aliases) } }, options)
    const ofTheGroup = { accountId, contact_inbox_id: { $in: [id, ...ids] } }
    await conversations.updateMany(ofTheGroup, { $set: { group: groupDocument(group) } }, options)
  }
}
