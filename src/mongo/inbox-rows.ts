import type { InboxRow } from '../model/planning/rows.js'
import type { WriteStamp } from '../store/adapter.js'
import { resentAfter } from '../store/first-sending.js'
import { contentionPause } from './contention-pause.js'
import { inSession, type MongoContext } from './context.js'
import { inboxDocument, inboxRow } from './documents/inboxes.js'
import { updateBetween } from './field-updates.js'
import { findNow } from './find-now.js'
import { contention, isDuplicateKey } from './translate-error.js'

const attempts = 10

/**
 * Reads an inbox, decides, and writes it unless another writer changed it in between. `decide` gets the stamp that the
 * planner takes, and returns the row as it should become. Returning the same row writes nothing. Inside a transaction
 * there is only one real attempt, because a conflict ends the transaction. Throws CONTENTION after ten lost attempts.
 */
export async function changeInbox<Input extends WriteStamp & { readonly oaId: string }>(
  context: MongoContext,
  input: Input,
  decide: (row: InboxRow | null, stamp: { now: Date; serverNow: Date; resentAfter: number | null } & Input) => Promise<InboxRow> | InboxRow,
): Promise<InboxRow> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const { doc, serverNow } = await findNow(context, 'inboxes', { accountId: input.accountId, oa_id: input.oaId })
    const before = doc && inboxRow(doc)
    const row = await decide(before, { ...input, serverNow, now: input.now ?? serverNow, resentAfter: resentAfter(input.firstSentAt) })
    if (row === before || (await writeInbox(context, before, row))) return row
    await contentionPause(attempt)
  }
  throw contention(attempts)
}

async function writeInbox(context: MongoContext, before: InboxRow | null, row: InboxRow): Promise<boolean> {
  const { inboxes } = context.collections
  const options = inSession(context)
  try {
    if (before === null) {
      await inboxes.insertOne(inboxDocument(row), options)
      return true
    }
    // Every change of an inbox adds its operation, so an equal list of operations means that the row is as it was read.
    const document = inboxDocument(before)
    const filter = { accountId: row.accountId, _id: row.id, operations: document.operations }
    const { matchedCount } = await inboxes.updateOne(filter, updateBetween(document, inboxDocument(row)), options)
    return matchedCount > 0
  } catch (error) {
    if (context.session === null && isDuplicateKey(error)) return false
    throw error
  }
}
