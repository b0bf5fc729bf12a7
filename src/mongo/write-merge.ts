import type { MergeRow } from '../model/planning/rows.js'
import { inSession, type MongoContext } from './context.js'
import { present } from './documents/fields.js'
import { linksDocument } from './documents/merge-links.js'
import { beforeDocument } from './documents/merges.js'
import type { Doc } from './driver.js'

/** A merge, with the document of the conversation that went. */
export interface WrittenMerge {
  readonly merge: MergeRow
  readonly lost: Doc
}

/** Keeps merges in their order. What led to a conversation that went leads to the one that is kept in the end. */
export async function writeMerges(context: MongoContext, written: readonly WrittenMerge[]): Promise<void> {
  const [first] = written
  if (first === undefined) return
  const { accountId } = first.merge
  const { conversation_merges: merges } = context.collections
  const next = new Map(written.map(({ merge }) => [merge.lost.id, merge.keptId]))
  const leadsTo = (id: string): string => {
    const to = next.get(id)
    return to === undefined ? id : leadsTo(to)
  }
  const leading = [...next.keys()].map((id) => ({
    updateMany: { filter: { accountId, kept_id: id, standing: true }, update: { $set: { kept_id: leadsTo(id) } } },
  }))
  await merges.bulkWrite(leading, inSession(context))
  const documents = written.map(({ merge, lost }) => mergeDocument({ ...merge, keptId: leadsTo(merge.keptId) }, lost))
  await merges.insertMany(documents, inSession(context))
}

function mergeDocument({ id, accountId, keptId, lost: { id: lostId }, before, links, createdAt }: MergeRow, lost: Doc): Doc {
  return {
    _id: id,
    accountId,
    kept_id: keptId,
    lost_id: lostId,
    standing: true,
    lost,
    before: beforeDocument(before),
    ...present('links', links && linksDocument(links)),
    created_at: createdAt,
  }
}
