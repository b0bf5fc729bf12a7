import type { Inbox } from '../../model/inboxes.js'
import { toInbox } from '../../model/planning/to-records.js'
import type { PageRequest, Scoped } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { inSession, type MongoContext } from '../context.js'
import { inboxRow } from '../documents/inboxes.js'
import { inboxFields } from '../projections.js'

export async function listInboxes(context: MongoContext, input: Scoped & PageRequest): Promise<AdapterPage<Inbox>> {
  const { accountId, limit, after } = input
  const past = after === null ? {} : { oa_id: { $gt: String(after[0]) } }
  const options = { ...inSession(context), projection: inboxFields, sort: { oa_id: 1 }, limit: limit + 1, batchSize: limit + 1 }
  const documents = await context.collections.inboxes.find({ accountId, ...past }, options).toArray()
  return pageOf(documents, limit, (doc) => toInbox(inboxRow(doc)))
}
