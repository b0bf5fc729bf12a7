import { planLink } from '../../model/planning/plan-link.js'
import type { LinkCustomerIds, LinkResult } from '../../store/adapter.js'
import { resentAfter } from '../../store/first-sending.js'
import type { MongoContext } from '../context.js'
import { needsTransactions } from '../deployment.js'
import { findNow } from '../find-now.js'
import { inTransaction } from '../transaction.js'
import { dropWaiting } from '../upsert/drop-waiting.js'
import { groupChanges, writeGroups } from '../upsert/group-changes.js'
import { leaveToMark, mustMarkFirst } from '../upsert/leave-to-mark.js'
import { loadDocuments } from '../upsert/load-needs.js'
import { loadedWorld } from '../upsert/loaded-world.js'
import { locksFor } from '../upsert/locks.js'
import { markLeft, markStep } from '../upsert/mark-left.js'
import { noting, planInRounds } from '../upsert/plan-in-rounds.js'
import { writeChanges } from '../upsert/write-changes.js'

/**
 * Makes ids of an inbox one person's, or tells why they can't be. It is one transaction, which writes the heads of all
 * the people that it joins, so that every other write for one of them conflicts with it. Then it marks what their
 * watermarks have left to mark. Throws UNSUPPORTED.
 */
export async function linkCustomerIds(context: MongoContext, input: LinkCustomerIds): Promise<LinkResult> {
  if (!(await context.deployment()).transactions) throw needsTransactions('linkCustomerIds')
  const { accountId } = input
  for (;;) {
    const { markFirst, result, leftUnder } = await inTransaction(context, (inner) => link(inner, input))
    for (const [contactInboxId, ids] of markFirst) await markStep(context, accountId, contactInboxId, ids)
    if (markFirst.size > 0) continue
    const marking = markLeft(context, accountId, leftUnder)
    // The link is committed, and the contact inbox tells what is left, so an error here does not fail the call.
    await (context.session === null ? marking.catch(() => undefined) : marking)
    return result
  }
}

async function link(context: MongoContext, input: LinkCustomerIds) {
  const { accountId, oaId, firstSentAt } = input
  const world = loadedWorld()
  const { doc, serverNow } = await findNow(context, 'inboxes', { accountId, oa_id: oaId })
  if (doc) loadDocuments(world, 'inboxes', [doc])
  world.answered({ what: 'inbox', oaId })
  const stamp = { accountId, serverNow, now: input.now ?? serverNow, resentAfter: resentAfter(firstSentAt) }
  const { result, locks, groups } = await planInRounds(context, world, accountId, (needs) =>
    noting(needs, () => ({ result: planLink(world, stamp, input), locks: locksFor(world), groups: groupChanges(world) })),
  )
  const markFirst = mustMarkFirst(world)
  const leftUnder = [...new Set(world.leftToMark().map(({ contactInboxId }) => contactInboxId))]
  if (markFirst.size > 0) return { markFirst, result, leftUnder }
  await writeChanges(context, world, locks, groups)
  await writeGroups(context, accountId, groups)
  await leaveToMark(context, accountId, world)
  await dropWaiting(context, accountId, world)
  return { markFirst, result, leftUnder }
}
