import type { ContactInboxRow } from '../../model/planning/rows.js'
import type { MongoContext } from '../context.js'
import { contactInboxRow } from '../documents/contact-inboxes.js'
import { contactRow } from '../documents/contacts.js'
import { conversationRow } from '../documents/conversations.js'
import { eventRow } from '../documents/events.js'
import { list } from '../documents/fields.js'
import { aliasesOf } from '../documents/groups.js'
import { inboxRow } from '../documents/inboxes.js'
import { messageRow } from '../documents/messages.js'
import type { Doc } from '../driver.js'
import { latestState } from '../find-now.js'
import type { CollectionName } from '../schema/collections.js'
import { leftToMark } from './left-to-mark.js'
import { findListed } from './load-lists.js'
import { isListNeed } from './loaded-lists.js'
import type { LoadedWorld } from './loaded-world.js'
import type { Need } from './needs.js'
import { byKind, type NeedKind, queriesFor } from './queries.js'

/** Loads what the planner asked for, with one command for each kind of question. */
export async function loadNeeds(context: MongoContext, world: LoadedWorld, accountId: string, needs: readonly Need[]): Promise<void> {
  const kinds = byKind(needs)
  const waiting = [...kinds].filter(([kind]) => waitingKinds.has(kind))
  if (waiting.length > 1 && !(await context.deployment()).sharded) {
    await loadWaitingAtOnce(context, world, accountId, waiting)
    for (const [kind] of waiting) kinds.delete(kind)
  }
  for (const [kind, same] of kinds) {
    const queries = queriesFor(kind, same)
    if (queries.length > 1 && same.every(isListNeed) && !(await context.deployment()).sharded) {
      loadDocuments(world, 'messages', await findListed(context, accountId, queries))
      for (const need of same) world.answered(need)
      continue
    }
    for (const { from, match, stages = [], hint } of queries) {
      const pipeline = [{ $match: { accountId, ...match } }, ...stages.map((stage) => ofAccount(accountId, stage))]
      const options = hint === undefined ? latestState(context) : { ...latestState(context), hint }
      loadDocuments(world, from, await context.collections[from].aggregate(pipeline, options).toArray())
    }
    if (kind === 'conversation') await loadRedirected(context, world, accountId, same)
    for (const need of same) world.answered(need)
  }
}

/** Conversations that were not found may have been merged into others. Nothing is asked if all were found. */
async function loadRedirected(context: MongoContext, world: LoadedWorld, accountId: string, needs: readonly Need[]): Promise<void> {
  const missing = needs.flatMap((need) => (need.what === 'conversation' && world.conversations.get(need.id) === null ? [need.id] : []))
  if (missing.length === 0) return
  const filter = { accountId, lost_id: { $in: missing }, standing: true }
  const merges = await context.collections.conversation_merges.find(filter, latestState(context)).toArray()
  if (merges.length === 0) return
  const unknown = [...new Set(merges.map(({ kept_id }) => String(kept_id)))].filter((id) => world.conversations.get(id) === null)
  const kept = { accountId, _id: { $in: unknown } }
  if (unknown.length > 0)
    loadDocuments(world, 'conversations', await context.collections.conversations.find(kept, latestState(context)).toArray())
  for (const { lost_id, kept_id } of merges) world.redirect(String(lost_id), String(kept_id))
}

const waitingKinds: ReadonlySet<NeedKind> = new Set([
  'waiting for message',
  'waiting for local',
  'waiting for conversation',
  'waiting since',
])

/** What waits under some contact inboxes, in one command that starts from them. */
async function loadWaitingAtOnce(
  context: MongoContext,
  world: LoadedWorld,
  accountId: string,
  asked: readonly (readonly [NeedKind, readonly Need[]])[],
): Promise<void> {
  const needs = asked.flatMap(([, same]) => same)
  const ids = new Set(needs.flatMap((need) => ('contactInboxId' in need ? [need.contactInboxId] : [])))
  const lookups = asked
    .flatMap(([kind, same]) => queriesFor(kind, same))
    .map(({ from, match: { contact_inbox_id: _, ...match }, stages = [] }, index) => ({
      $lookup: {
        as: `asked_${index}`,
        from,
        localField: '_id',
        foreignField: 'contact_inbox_id',
        pipeline: [{ $match: { accountId, ...match } }, ...stages],
      },
    }))
  const pipeline = [{ $match: { accountId, _id: { $in: [...ids] } } }, { $project: { _id: 1 } }, ...lookups]
  for (const found of await context.collections.contact_inboxes.aggregate(pipeline, latestState(context)).toArray()) {
    for (const { $lookup } of lookups) loadDocuments(world, $lookup.from, found[$lookup.as] as Doc[])
  }
  for (const need of needs) world.answered(need)
}

/** Lets a look-up find documents of the account alone. */
function ofAccount(accountId: string, stage: Doc): Doc {
  const { $lookup } = stage
  if ($lookup === undefined) return stage
  const { pipeline, ...lookup } = $lookup as Doc
  return { $lookup: { ...lookup, pipeline: [{ $match: { accountId } }, ...list(pipeline)] } }
}

/** Puts documents of a collection into the world. */
export function loadDocuments(world: LoadedWorld, from: CollectionName, documents: readonly Doc[]): void {
  for (const doc of documents) loaders[from]?.(world, doc)
}

/** Puts a contact inbox into the world, and returns it. */
export function loadContactInbox(world: LoadedWorld, doc: Doc): ContactInboxRow {
  const row = contactInboxRow(doc)
  world.contactInboxes.load(row)
  if (doc.left_to_mark !== undefined) world.noteLeft(row.id, leftToMark(doc))
  if (doc.aliases !== undefined) world.noteAliases(row.id, aliasesOf(doc))
  return row
}

const loaders: Partial<Record<CollectionName, (world: LoadedWorld, doc: Doc) => void>> = {
  inboxes: ({ inboxes }, doc) => inboxes.load(inboxRow(doc)),
  contacts: ({ contacts }, doc) => contacts.load(contactRow(doc)),
  contact_inboxes: loadContactInbox,
  conversations: ({ conversations }, doc) => conversations.load(conversationRow(doc)),
  messages: ({ messages }, doc) => messages.load(messageRow(doc)),
  contact_interaction_events: ({ events }, doc) => events.load(eventRow(doc)),
}
