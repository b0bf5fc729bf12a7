import type { InboxRow } from '../model/planning/rows.js'
import type { WriteStamp } from '../store/adapter.js'
import { resentAfter } from '../store/first-sending.js'
import { inSession, type MongoContext } from './context.js'
import { inboxDocument, inboxRow } from './documents/inboxes.js'
import { updateBetween } from './field-updates.js'
import { findNow } from './find-now.js'

/**
 * In a transaction: reads an inbox, decides, and writes it. Another writer of the inbox makes the transaction fail.
 * `decide` gets the stamp that the planner takes, and returns the row as it should become. Returning the same row
 * writes nothing.
 */
export async function changeInbox<Input extends WriteStamp & { readonly oaId: string }>(
  context: MongoContext,
  input: Input,
  decide: (row: InboxRow | null, stamp: { now: Date; serverNow: Date; resentAfter: number | null } & Input) => Promise<InboxRow>,
): Promise<InboxRow> {
  const { inboxes } = context.collections
  const { accountId, oaId } = input
  const { doc, serverNow } = await findNow(context, 'inboxes', { accountId, oa_id: oaId })
  const before = doc && inboxRow(doc)
  const row = await decide(before, { ...input, serverNow, now: input.now ?? serverNow, resentAfter: resentAfter(input.firstSentAt) })
  if (before === null) await inboxes.insertOne(inboxDocument(row), inSession(context))
  else if (row !== before) {
    const update = updateBetween(inboxDocument(before), inboxDocument(row))
    await inboxes.updateOne({ accountId, _id: row.id }, update, inSession(context))
  }
  return row
}
