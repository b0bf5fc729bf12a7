import { ConversationStoreError } from '../../model/errors.js'
import type { UpsertConversations, UpsertItem, UpsertResult } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { targetFilter } from '../find-target.js'
import { inTransaction } from '../transaction.js'
import { contention, isTooLarge } from '../translate-error.js'
import { loadItems } from '../upsert/load-items.js'
import { loadedWorld } from '../upsert/loaded-world.js'
import { upsertActive } from '../upsert/patch-active.js'
import { type CallOutcome, planCalls } from '../upsert/plan-calls.js'
import { writeChanges } from '../upsert/write-changes.js'

/**
 * Writes items in order, all or nothing when `atomic`. A patch for a customer's active conversation is one command. Everything else is one
 * transaction, into which the calls that wait for the same conversations are folded.
 */
export async function upsertConversations(context: MongoContext, input: UpsertConversations): Promise<readonly UpsertResult[]> {
  const { items, atomic, resentAfter } = input
  const { transactions } = await context.deployment()
  if (!transactions) refuseWithoutTransactions(input)

  const [only] = items
  if (only && items.length === 1 && resentAfter === null && (!transactions || !namesContact(only))) {
    const result = await upsertActive(context, input, only)
    if (result) return atomic ? [orThrow(result)] : [result]
  }
  if (context.queue !== null) return context.queue.submit(items.map(keyOf(input.accountId)), weightOf(items), input)
  const [outcome] = await writeCalls(context, [input])
  return resultsOf(outcome)
}

/** With transactions a contact gets its name together with the conversation. */
function namesContact({ patch }: UpsertItem): boolean {
  return typeof patch.customerName === 'string'
}

/** Plans and writes calls of one account in one transaction, each with its own outcome. */
export async function writeCalls(context: MongoContext, calls: readonly UpsertConversations[]): Promise<readonly CallOutcome[]> {
  const accountId = calls[0]?.accountId ?? ''
  const items = calls.flatMap((call) => call.items)
  const { sharded } = await context.deployment()
  let isStepwise = sharded
  return inTransaction(context, async (inner, attempt) => {
    const world = loadedWorld()
    if (attempt > 1) await lockEarly(inner, accountId, items)
    // The host's transaction has one attempt: there nothing is left to an index.
    const isTrusting = attempt === 1 && context.session === null && calls.every(({ resentAfter }) => resentAfter === null)
    const loading = isStepwise ? 'stepwise' : isTrusting ? 'trusting' : 'at once'
    const serverNow = await loadItems(inner, world, accountId, items, loading).catch((error) => {
      if (isStepwise || !isTooLarge(error)) throw error
      // A failed command has ended the transaction, so that the other way needs another one.
      isStepwise = true
      throw contention(1, error)
    })
    const { outcomes, locks } = await planCalls(inner, world, calls, serverNow)
    await writeChanges(inner, world, locks)
    return outcomes
  })
}

/**
 * Where other processes write to the same conversation, a transaction that reads first mostly learns at its first write that it has lost. One
 * that has lost before begins with a write: it loses at once, or holds the conversation until its commit.
 */
async function lockEarly(context: MongoContext, accountId: string, items: readonly UpsertItem[]): Promise<void> {
  const [first, ...others] = items
  if (first === undefined || others.some(({ oaId, customerId }) => oaId !== first.oaId || customerId !== first.customerId)) return
  await context.collections.conversations.updateOne(targetFilter(accountId, first), { $inc: { lock: 1 } }, inSession(context))
}

export function resultsOf(outcome: CallOutcome | undefined): readonly UpsertResult[] {
  if (outcome === undefined) throw new TypeError('a call was planned without an outcome')
  if ('error' in outcome) throw outcome.error
  return outcome.results
}

function orThrow(result: UpsertResult): UpsertResult {
  if (!result.ok) throw new ConversationStoreError(result.failure.code, result.failure.details)
  return result
}

function refuseWithoutTransactions({ items, atomic }: UpsertConversations): void {
  const needs = 'a replica set (a single node is enough)'
  if (items.some(({ events }) => events.length > 0))
    throw new ConversationStoreError('UNSUPPORTED', { operation: 'a call with events', needs })
  if (atomic && items.length > 1) {
    throw new ConversationStoreError('UNSUPPORTED', {
      operation: 'a bulk call that is all or nothing',
      needs: `${needs}, or { atomic: false }`,
    })
  }
}

function keyOf(accountId: string): (item: UpsertItem) => string {
  return ({ oaId, customerId }) => [accountId, oaId, customerId].join('\0')
}

/** Roughly what a fold is bounded by: its events, and their texts by the 4 KiB. */
function weightOf(items: readonly UpsertItem[]): number {
  const events = items.flatMap((item) => item.events)
  return events.reduce((sum, event) => sum + 1 + ('text' in event ? event.text.length / 4096 : 0), items.length)
}
