import type { MergeRow } from '../model/planning/rows.js'
import { inSession, type MongoContext } from './context.js'
import { present } from './documents/fields.js'
import { linksDocument } from './documents/merge-links.js'
import { beforeDocument } from './documents/merges.js'
import type { Doc } from './driver.js'

/** Keeps a merge, with the document of the conversation that went. What led to that one leads to the kept one. */
export async function writeMerge(context: MongoContext, merge: MergeRow, lost: Doc): Promise<void> {
  const { conversation_merges: merges } = context.collections
  const { id, accountId, keptId, before, links, createdAt } = merge
  const options = inSession(context)
  await merges.updateMany({ accountId, kept_id: merge.lost.id, standing: true }, { $set: { kept_id: keptId } }, options)
  await merges.insertOne(
    {
      _id: id,
      accountId,
      kept_id: keptId,
      lost_id: merge.lost.id,
      standing: true,
      lost,
      before: beforeDocument(before),
      ...present('links', links && linksDocument(links)),
      created_at: createdAt,
    },
    options,
  )
}
