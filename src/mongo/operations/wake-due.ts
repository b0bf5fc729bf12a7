import { planChange, woken } from '../../model/planning/change-conversation.js'
import type { Conversation } from '../../model/records.js'
import type { WriteStamp } from '../../store/adapter.js'
import { resentAfter } from '../../store/first-sending.js'
import { replaceRow } from '../change-by-version.js'
import { inSession, type MongoContext } from '../context.js'
import { conversationDocument, conversationRow } from '../documents/conversations.js'
import type { Doc } from '../driver.js'
import { updateBetween } from '../field-updates.js'
import { latestState } from '../find-now.js'
import { hostConversation, hostConversations } from '../host-conversation.js'
import { inTransaction } from '../transaction.js'

type WakeDue = WriteStamp & { readonly limit: number }

/** A conversation that others keep changing is left to the next call after so many attempts. */
const attempts = 10

/**
 * Opens snoozed conversations whose time has come, the one that has been due longest first. It is a transaction of two
 * commands. Without transactions each conversation is written by itself. A call that is sent again returns the
 * conversations that it opened the first time.
 */
export async function wakeDue(context: MongoContext, input: WakeDue): Promise<readonly Conversation[]> {
  const { transactions } = await context.deployment()
  return transactions ? inTransaction(context, (inner) => wake(inner, input, writeAtOnce)) : wake(context, input, writeOneByOne)
}

type Write = (context: MongoContext, planned: readonly PlannedRow[], input: WakeDue) => Promise<readonly PlannedRow[]>
type PlannedRow = ReturnType<typeof planChange> & { readonly before: ReturnType<typeof conversationRow> }

async function wake(context: MongoContext, input: WakeDue, write: Write): Promise<readonly Conversation[]> {
  const { accountId, operationId } = input
  const { conversations } = context.collections
  if (input.firstSentAt !== null) {
    const opened = { accountId, 'operations.id': operationId }
    const documents = await conversations.find(opened, { ...latestState(context), sort: { status_changed_at: 1, _id: 1 } }).toArray()
    if (documents.length > 0) return hostConversations(context, accountId, documents)
  }
  const planned = await planDue(context, input)
  const written = await write(context, planned, input)
  return Promise.all(written.map(({ row }) => hostConversation(context, row)))
}

/** Plans the waking of what is due and matches, the one that has been due longest first. */
async function planDue(context: MongoContext, input: WakeDue, match: Doc = {}): Promise<readonly PlannedRow[]> {
  const due = input.now === null ? { $expr: { $lte: ['$snoozed_until', '$$NOW'] } } : { snoozed_until: { $lte: input.now } }
  const pipeline = [
    { $match: { ...match, accountId: input.accountId, status: 'snoozed', ...due } },
    { $sort: { snoozed_until: 1, _id: 1 } },
    { $limit: input.limit },
    { $set: { server_now: '$$NOW' } },
  ]
  const documents = await context.collections.conversations.aggregate(pipeline, latestState(context)).toArray()
  return documents.map((doc) => planWaking(doc, input))
}

function planWaking(doc: Doc, input: WakeDue): PlannedRow {
  const before = conversationRow(doc)
  const serverNow = doc.server_now as Date
  return {
    before,
    ...planChange(before, { ...input, serverNow, now: input.now ?? serverNow, resentAfter: resentAfter(input.firstSentAt) }, null, woken),
  }
}

async function writeAtOnce(context: MongoContext, planned: readonly PlannedRow[]): Promise<readonly PlannedRow[]> {
  const updates = planned.map(({ before, row }) => ({
    updateOne: {
      filter: { accountId: row.accountId, _id: row.id, version: before.version },
      update: updateBetween(conversationDocument(before), conversationDocument(row)),
    },
  }))
  if (updates.length > 0) await context.collections.conversations.bulkWrite(updates, { ...inSession(context), ordered: true })
  return planned
}

/** Writes each conversation by itself. */
async function writeOneByOne(context: MongoContext, planned: readonly PlannedRow[], input: WakeDue): Promise<readonly PlannedRow[]> {
  const written: PlannedRow[] = []
  for (const each of planned) {
    const woken = await writeIfDue(context, each, input)
    if (woken !== null) written.push(woken)
  }
  return written
}

/**
 * Writes one that is due. If another call changed it in between, it is looked at again. It is left out when that call
 * woke, closed or snoozed it, because that call reports it.
 */
async function writeIfDue(context: MongoContext, planned: PlannedRow, input: WakeDue): Promise<PlannedRow | null> {
  let next: PlannedRow | undefined = planned
  for (let attempt = 1; next && attempt <= attempts; attempt++) {
    if (await replaceRow(context, next.before, next.row)) return next
    ;[next] = await planDue(context, input, { _id: planned.row.id })
  }
  return null
}
