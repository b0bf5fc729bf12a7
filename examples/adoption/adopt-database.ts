import {
  type AdoptionDatabase,
  backfillAccountIds,
  type ConversationsTable,
  mergeDuplicateConversations,
  swapUniqueIndex,
  verifyAccountIsolation,
} from 'conversation-store/adoption'

/**
 * Takes a database the whole way, on MongoDB or on PostgreSQL, beside the host that writes there: plan, backfill,
 * verify, swap, merge, verify. It may be stopped at any moment, and called again. It returns what each step said.
 */
export async function adoptDatabase(db: AdoptionDatabase, conversations: ConversationsTable) {
  const options = { db, conversations }
  const backfill = backfillAccountIds({
    ...options,
    orphans: { policy: 'quarantine', classes: ['orphan', 'noOaId'] },
  })
  const swap = swapUniqueIndex(options)
  const merge = mergeDuplicateConversations(options)

  const planned = await backfill.plan()
  const backfilled = await backfill.apply()
  // The doubles are seen now that each of them has its account.
  const before = {
    isolation: await verifyAccountIsolation(options),
    swap: await swap.plan(),
    merge: await merge.plan(),
  }
  // From the first call on no further double can come, and the second one finds those of before merged.
  const guarded = await swap.apply()
  const merged = await merge.apply()
  const swapped = await swap.apply()
  const after = { isolation: await verifyAccountIsolation(options), merge: await merge.verify() }
  return { planned, backfilled, before, guarded, merged, swapped, after }
}
