import type { InboxMigrationRow } from '../model/planning/inbox-migrations.js'
import { inSession, type MongoContext } from './context.js'
import { contactInboxDocument, contactInboxRow } from './documents/contact-inboxes.js'
import { text } from './documents/fields.js'
import { aliasDocuments, aliasesOf } from './documents/groups.js'
import type { Doc } from './driver.js'
import { literal } from './literal.js'

interface LeftBehind {
  /** The contact inboxes of all who go back, as they were before. */
  readonly people: readonly Doc[]
  /** The conversations that stay. */
  readonly staying: readonly Doc[]
  /** For each contact inbox of those who leave conversations behind, the id of its copy. */
  readonly copies: ReadonlyMap<string, string>
}

/** Inserts the copies, and puts what stays under them. */
export async function leaveBehind(
  context: MongoContext,
  { accountId, sourceOaId }: InboxMigrationRow,
  { people, staying, copies }: LeftBehind,
  now: Date,
): Promise<void> {
  const { contact_inboxes, conversations, messages, contact_interaction_events: events, inboxes } = context.collections
  const options = inSession(context)
  const inbox = await inboxes.findOne({ accountId, oa_id: sourceOaId }, { ...options, projection: { channel: 1 } })
  const copied = people.filter(({ _id }) => copies.has(text(_id))).map((doc) => copyOf(doc, copies, now))
  await contact_inboxes.insertMany(
    copied.map((doc) => (inbox === null ? doc : { ...doc, channel: inbox.channel })),
    options,
  )

  const ids = { $in: staying.map(({ _id }) => _id) }
  const places = [[...copies.keys()], [...copies.values()]].map(literal)
  const copy = (id: string) => ({
    $let: {
      vars: { place: { $indexOfArray: [places[0], id] } },
      in: { $cond: [{ $lt: ['$$place', 0] }, id, { $arrayElemAt: [places[1], '$$place'] }] },
    },
  })
  const scope = { contact_inbox_id: copy('$contact_inbox_id') }
  const aliases = { $map: { input: '$group.aliases', as: 'alias', in: { id: copy('$$alias.id'), customer_id: '$$alias.customer_id' } } }
  const group = { scopes: { $map: { input: '$group.scopes', as: 'scope', in: copy('$$scope') } }, aliases }
  await conversations.updateMany({ accountId, _id: ids, group: { $exists: true } }, [{ $set: { group } }], options)
  await conversations.updateMany({ accountId, _id: ids }, [{ $set: scope }], options)
  const under = [{ $set: { ...scope, own_id: copy('$own_id') } }]
  for (const collection of [messages, events]) await collection.updateMany({ accountId, conversation_id: ids }, under, options)
}

function copyOf(doc: Doc, copies: ReadonlyMap<string, string>, now: Date): Doc {
  const row = contactInboxRow(doc)
  const copy = (id: string) => copies.get(id) ?? id
  const aliases = aliasesOf(doc).map(({ id, customerId }) => ({ id: copy(id), customerId, previousHeadId: null }))
  const document = contactInboxDocument({
    ...row,
    id: copy(row.id),
    canonicalId: row.canonicalId === null ? null : copy(row.canonicalId),
    scopes: row.scopes?.map(copy) ?? null,
    previousHeadId: null,
    droppedEvents: 0,
    createdAt: now,
  })
  if (aliases.length > 0) document.aliases = aliasDocuments(aliases)
  return document
}
