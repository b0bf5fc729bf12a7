import { groupDocument, groupOfHead } from '../documents/groups.js'
import type { Doc, MongoDb } from '../driver.js'
import type { BatchScope, MigrationContext } from '../migrator/migration.js'

/**
 * Makes groups of the customers that have aliases from before version 005. What the aliases have written is stored
 * under their own contact inboxes, so each of them becomes a scope of its head. A head that has scopes already keeps
 * them, because its process may be of a newer version.
 */
export async function groupCustomers(db: MongoDb, collectionName: string, { batch }: MigrationContext): Promise<void> {
  const aliases = { filter: { canonical_id: { $exists: true } }, projection: { accountId: 1, canonical_id: 1 } }
  await batch(aliases, async (documents, scope) => {
    const heads = new Map(
      documents.map(({ accountId, canonical_id }) => [JSON.stringify([accountId, canonical_id]), { accountId, _id: canonical_id }]),
    )
    for (const head of heads.values()) await groupOne(db, collectionName, head, scope)
  })
}

/** Takes away what `groupCustomers` has written. The aliases themselves tell it again. */
export async function ungroupCustomers(db: MongoDb, collectionName: string, { batch }: MigrationContext): Promise<void> {
  const remove = async (name: string, fields: readonly string[]) => {
    const filter = { $or: fields.map((field) => ({ [field]: { $exists: true } })) }
    const $unset = Object.fromEntries(fields.map((field) => [field, '']))
    await batch({ collection: name, filter, projection: { _id: 1 } }, (documents, { session }) =>
      db.collection(name).updateMany({ _id: { $in: documents.map(({ _id }) => _id) } }, { $unset }, { session }),
    )
  }
  await remove(collectionName, ['scopes', 'aliases'])
  await remove('conversations', ['group'])
}

async function groupOne(db: MongoDb, collectionName: string, head: Doc, { session, signal }: BatchScope): Promise<void> {
  signal.throwIfAborted()
  const { accountId, _id } = head
  const contactInboxes = db.collection(collectionName, { readPreference: 'primary' })
  const options = { session, sort: { _id: 1 }, projection: { customer_id: 1 } }
  const aliases = await contactInboxes.find({ accountId, canonical_id: _id }, options).toArray()
  const ids = aliases.map((alias) => alias._id)
  const known = { $ifNull: ['$scopes', ['$_id']] }
  const others = { $filter: { input: { $literal: ids }, cond: { $not: [{ $in: ['$$this', known] }] } } }
  const listed = aliases.map((alias) => ({ id: alias._id, customer_id: alias.customer_id }))
  const change = [{ $set: { scopes: { $concatArrays: [known, others] }, aliases: { $literal: listed } } }]
  const changed = await contactInboxes.findOneAndUpdate(head, change, { session, returnDocument: 'after' })
  const group = changed && groupOfHead(changed)
  if (!group) return
  const ofTheGroup = { accountId, contact_inbox_id: { $in: [_id, ...ids] } }
  await db.collection('conversations').updateMany(ofTheGroup, { $set: { group: groupDocument(group) } }, { session })
}
