import { type PlannedChange, planChange } from '../model/planning/change-conversation.js'
import type { ConversationRow } from '../model/planning/rows.js'
import type { ChangeStatus, ConversationTarget } from '../store/adapter.js'
import { resentAfter } from '../store/first-sending.js'
import { contentionPause } from './contention-pause.js'
import { inSession, type MongoContext } from './context.js'
import { conversationDocument, conversationInGroup, conversationRow } from './documents/conversations.js'
import type { Group } from './documents/groups.js'
import type { Doc } from './driver.js'
import { updateBetween } from './field-updates.js'
import { findNow } from './find-now.js'
import { canonicalContactInbox, conversationNotFound, otherFilter, targetFilter } from './find-target.js'
import { contention, isDuplicateKey } from './translate-error.js'

type PlanRow = (row: ConversationRow, now: Date) => ConversationRow

const attempts = 10

/**
 * Reads a conversation, plans its change in memory, and writes it unless another writer changed it in between. It is
 * used for changes that one command cannot decide. Throws NOT_FOUND, and CONTENTION after ten lost attempts.
 */
export async function changeByVersion(
  context: MongoContext,
  input: ChangeStatus,
  prepare: (row: ConversationRow) => PlanRow | Promise<PlanRow>,
  { outcome = 'updated', find = findTarget, group = () => null }: ChangeOptions = {},
): Promise<PlannedChange> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const found = await find(context, input)
    if (found === null) throw conversationNotFound()
    const { row, serverNow } = found
    const stamp = { ...input, serverNow, now: input.now ?? serverNow, resentAfter: resentAfter(input.firstSentAt) }
    const planned = planChange(row, stamp, input.expectedVersion, await prepare(row), outcome)
    if (!planned.changed || (await replaceRow(context, row, planned.row, group()))) return planned
    await contentionPause(attempt)
  }
  throw contention(attempts)
}

interface ChangeOptions {
  readonly outcome?: 'updated' | 'reopened'
  readonly find?: typeof findTarget
  /** The group in which the conversation is opened. It is asked for after the change was prepared. */
  readonly group?: () => Group | null
}

export interface FoundTarget {
  readonly row: ConversationRow
  readonly serverNow: Date
}

/**
 * Finds the conversation that a target names. For a call that is sent again, it first looks for the one that remembers
 * the operation.
 */
async function findTarget(
  context: MongoContext,
  { accountId, target, operationId, firstSentAt }: ChangeStatus,
): Promise<FoundTarget | null> {
  const remembered = firstSentAt === null ? null : await findRemembering(context, accountId, target, operationId)
  if (remembered) return remembered
  const found = await findConversationNow(context, targetFilter(context, accountId, target))
  if (found) return found
  const filter = await otherFilter(context, accountId, target)
  return filter && findConversationNow(context, filter)
}

/**
 * Finds a customer's conversation by the operation that it remembers. When that operation closed or reopened it, the
 * filter for the target may no longer match it. Null for a target by conversation id.
 */
export async function findRemembering(
  context: MongoContext,
  accountId: string,
  target: ConversationTarget,
  operationId: string,
): Promise<FoundTarget | null> {
  if ('conversationId' in target) return null
  const canonical = await canonicalContactInbox(context, accountId, target)
  if (canonical === null) return null
  return findConversationNow(context, { accountId, contact_inbox_id: canonical.id, 'operations.id': operationId })
}

/** Finds the first conversation that matches, together with the server's time. */
export async function findConversationNow(context: MongoContext, match: Doc, sort?: Doc): Promise<FoundTarget | null> {
  const { doc, serverNow } = await findNow(context, 'conversations', match, sort)
  return doc && { row: conversationRow(doc), serverNow }
}

/**
 * Returns true when the row was written, and false when another writer has changed it since it was read. `group` is
 * given for a conversation that is opened in one.
 */
export async function replaceRow(
  context: MongoContext,
  before: ConversationRow,
  row: ConversationRow,
  group: Group | null = null,
): Promise<boolean> {
  const filter = { accountId: row.accountId, _id: row.id, version: before.version }
  const update = updateBetween(conversationDocument(before), conversationInGroup(row, group))
  try {
    const { matchedCount } = await context.collections.conversations.updateOne(filter, update, inSession(context))
    return matchedCount > 0
  } catch (error) {
    if (context.session === null && isDuplicateKey(error)) return false
    throw error
  }
}
