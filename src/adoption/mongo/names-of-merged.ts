import type { Doc, MongoSession } from '../../mongo/driver.js'
import { commonNameField } from '../merge-tables.js'
import { valueAt } from './claims.js'
import { findExactly } from './find-exactly.js'
import type { MergeContext } from './merge-context.js'

function nameField({ tables }: MergeContext): string {
  return tables.conversations.customerName ?? commonNameField
}

/**
 * Gives the conversation that is kept the name of the customer of the first of its doubles that has one, if it has none
 * itself. The archive keeps which double it was, and the name.
 */
export async function nameKept(context: MergeContext, kept: Doc, losers: readonly Doc[], session: MongoSession): Promise<void> {
  const { archive, conversations } = context
  const field = nameField(context)
  const nameOf = (document: Doc) => valueAt(document, field) ?? null
  const source = losers.find((each) => nameOf(each) !== null)
  if (source === undefined || nameOf(kept) !== null) return
  const name = nameOf(source)
  const was = valueAt(kept, field) === undefined ? 'absent' : 'null'
  await archive.insertOne({ reason: 'named', from_id: source._id, kept_id: kept._id, at: new Date(), field, name, was }, { session })
  await conversations.updateOne({ _id: kept._id }, { $set: { [field]: name } }, { session })
}

/** Takes the name away again that came from a double which is brought back, unless somebody has changed it since. */
export async function nameBack(context: MergeContext, id: unknown, keptId: unknown, session: MongoSession): Promise<void> {
  const { archive, conversations } = context
  const given = await findExactly(archive, { reason: 'named', from_id: { $eq: id }, kept_id: { $eq: keptId } }, { session })
  for (const { _id, field, name, was } of given) {
    const unchanged = { _id: keptId, [String(field)]: { $eq: name } }
    const before = was === 'absent' ? { $unset: { [String(field)]: '' } } : { $set: { [String(field)]: null } }
    await conversations.updateOne(unchanged, before, { session })
    await archive.deleteOne({ _id }, { session })
  }
}
