import type { Doc } from '../../mongo/driver.js'
import { driverCause } from '../../mongo/driver-cause.js'
import { readIndexes } from '../../mongo/migrator/indexes/live-indexes.js'
import { collectionCall } from '../../mongo/migrator/indexes/shell-text.js'
import { prefixOf } from '../../mongo/prefixed-db.js'
import { duplicateKey, serverCode } from '../../mongo/translate-error.js'
import type { RefusedMove } from '../refused-merge.js'
import { archiveCollection, keyFields, type MergeContext } from './merge-context.js'
import { referenceField } from './message-references.js'
import { refusingIndex } from './refusing-index.js'
import { activeFilter } from './unique-indexes.js'

/** What a unique index of the messages refused, by the server's error. Null if the error is another one. */
export async function refusedMove(context: MergeContext, error: unknown): Promise<RefusedMove | null> {
  const { db, tables } = context
  if (tables.messages === null || serverCode(error) !== duplicateKey) return null
  const { name, conversationId } = tables.messages
  const collection = prefixOf(db) + name
  const refusing = refusingIndex(error)
  if (refusing?.collection !== collection) return null
  const [live] = await readIndexes(db, [name])
  const index = live?.indexes.find((each) => each.name === refusing.index)
  const keys = Object.keys(index?.key ?? {})
  const others = keys.filter((field) => field !== conversationId)
  const condition = index?.options.partialFilterExpression
  const query = collectionCall(
    collection,
    'aggregate',
    [...(condition === undefined ? [] : [{ $match: condition }]), ...sharedKeys(context, conversationId, others)],
    { allowDiskUse: true },
  )
  return { collection, index: refusing.index, fields: others.length > 0 ? others : keys, query, cause: driverCause(error) }
}

/**
 * The stages that list the keys which messages of one customer share, whose conversations are there or were merged.
 * They hold no values of documents.
 */
function sharedKeys({ db, tables }: MergeContext, conversationId: string, keys: readonly string[]): readonly Doc[] {
  const { conversations } = tables
  const [living, merged] = ['conversation_store_living', 'conversation_store_merged']
  const field = referenceField({ tables })
  const active = Object.fromEntries(Object.entries(activeFilter(conversations)).map(([name, value]) => [`of.${name}`, value]))
  const by = [
    ...keyFields(tables).map((each) => [each.replaceAll('.', '_'), `$of.${each}`]),
    ...keys.map((each) => [each.replaceAll('.', '_'), `$${each}`]),
  ]
  return [
    { $lookup: { from: prefixOf(db) + conversations.name, localField: conversationId, foreignField: field, as: living } },
    { $lookup: { from: prefixOf(db) + archiveCollection, localField: conversationId, foreignField: `document.${field}`, as: merged } },
    { $addFields: { of: { $arrayElemAt: [{ $concatArrays: [`$${living}`, `$${merged}.document`] }, 0] } } },
    { $match: { of: { $exists: true }, ...active } },
    { $group: { _id: Object.fromEntries(by), count: { $sum: 1 } } },
    { $match: { count: { $gt: 1 } } },
  ]
}
