import type { ContactInboxRow } from '../model/planning/rows.js'
import type { World } from '../model/planning/world.js'
import type { MongoContext } from './context.js'
import { contactInboxRow } from './documents/contact-inboxes.js'
import { latestState } from './find-now.js'

/** Loads contact inboxes with the heads of their groups: two commands, and one if none of them is an alias. */
export async function contactInboxesOf(
  context: MongoContext,
  accountId: string,
  ids: readonly string[],
): Promise<Pick<World, 'contactInboxById'>> {
  const rows = new Map<string, ContactInboxRow>()
  const load = async (wanted: readonly string[]) => {
    const unknown = [...new Set(wanted)].filter((id) => !rows.has(id))
    if (unknown.length === 0) return
    const found = await context.collections.contact_inboxes.find({ accountId, _id: { $in: unknown } }, latestState(context)).toArray()
    for (const doc of found) rows.set(String(doc._id), contactInboxRow(doc))
  }
  await load(ids)
  await load([...rows.values()].flatMap(({ canonicalId }) => canonicalId ?? []))
  return { contactInboxById: (id) => rows.get(id) ?? null }
}
