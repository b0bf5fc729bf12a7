import { requireNotAborted } from '../../model/abort.js'
import { oneLine } from '../../model/one-line.js'
import type { Doc, MongoDb } from '../../mongo/driver.js'
import { readIndexes } from '../../mongo/migrator/indexes/live-indexes.js'
import type { Adoption } from '../adoption.js'
import { mongoBackup } from '../backup.js'
import { keptRule } from '../merge-tables.js'
import type { MergeApplied, MergeOptions, MergePlan, MergeReverted, MergeVerified } from '../merge-types.js'
import { besideHostsIndexes } from '../refused-merge.js'
import { remainingTime } from '../remaining-time.js'
import { withLease } from '../run-pass.js'
import { sameKey, shown } from './bson.js'
import { valueAt } from './claims.js'
import { findExactly } from './find-exactly.js'
import { type MergeContext, mergeContext, readGroups } from './merge-context.js'
import { mergeGroup, moveMessages, recount, unmerged } from './merge-group.js'
import { referenceField, requireNamed } from './message-references.js'
import { passTable } from './passes.js'
import { refusedMove } from './refused-move.js'
import { unmerge } from './unmerge.js'

type Steps = Omit<Adoption<MergePlan, MergeApplied, MergeVerified, MergeReverted>, 'run'>

export function mergeDuplicateConversations(db: MongoDb, options: MergeOptions): Steps {
  const context = mergeContext(db, options)
  const { conversations: table } = context.tables
  const lease = { table: passTable(db), key: `doubles of ${table.name}`, database: db.databaseName ?? '' }
  return {
    async plan() {
      await requireNamed(context)
      const groups = await readGroups(context)
      const losers = groups.reduce((sum, { count }) => sum + Number(count) - 1, 0)
      const collections = [table.name, ...(context.tables.messages === null ? [] : [context.tables.messages.name])]
      const backup = mongoBackup(new Date(), { database: db.databaseName ?? '', collections })
      return {
        kept: keptRule(table),
        groups: groups.length,
        losers,
        ...backup,
        revertible: 'from the archive',
        warnings: await warningsOf(context),
      }
    },
    async apply() {
      await requireNamed(context)
      return withLease(options, lease, async (held) => apply(context, options, () => held.requireHeld()))
    },
    async verify() {
      await requireNamed(context)
      const groups = (await readGroups(context)).length
      const strandedMessages = await countStranded(context)
      return { ok: groups === 0 && strandedMessages === 0, groups, strandedMessages }
    },
    revert: () => withLease(options, lease, async (held) => unmerge(context, options, () => held.requireHeld())),
  }
}

async function warningsOf({ db, tables }: MergeContext): Promise<readonly string[]> {
  if (tables.messages === null) return []
  const { name, conversationId } = tables.messages
  const [live] = await readIndexes(db, [name])
  if (live === undefined || live.type === 'missing' || live.indexes.some(({ key }) => Object.keys(key)[0] === conversationId)) return []
  return [`${name} has no index that begins with ${conversationId}, so each group reads all of it.`]
}

async function apply(context: MergeContext, { logger, signal, onProgress }: MergeOptions, requireHeld: () => void): Promise<MergeApplied> {
  const groups = await readGroups(context)
  const sum = { groups: 0, losers: 0, movedMessages: 0, doubledMessages: 0, lateMessages: 0 }
  const name = `doubles of ${context.tables.conversations.name}`
  const remaining = remainingTime(0)
  const moves = besideHostsIndexes(context.db.databaseName ?? '', (error) => refusedMove(context, error))
  for (const [at, { _id }] of groups.entries()) {
    requireNotAborted(signal)
    requireHeld()
    const key = _id as readonly unknown[]
    const { losers, moved, doubled } = await moves.move(
      () => context.inTransaction((session) => mergeGroup(context, key, session)),
      unmerged,
    )
    if (losers > 0) {
      sum.groups += 1
      logger?.info(oneLine(`Merged ${losers + 1} conversations of ${key.map(shown).join(', ')}`))
    }
    sum.losers += losers
    sum.movedMessages += moved
    sum.doubledMessages += doubled
    const done = at + 1
    await onProgress?.({ name, done, total: groups.length, remainingMs: remaining(done, groups.length) })
  }
  sum.lateMessages = await moves.move(() => moveStranded(context), 0)
  moves.end()
  return sum
}

/**
 * Calls `work` with each thousand of the conversations that were merged away, but for those whose messages name one
 * that is there.
 */
async function overMerged(context: MergeContext, work: (merged: readonly Doc[]) => Promise<void>): Promise<void> {
  const { archive, conversations, tables } = context
  const field = referenceField(context)
  let after: Doc[] = []
  for (;;) {
    const page = await findExactly(
      archive,
      { $and: [{ '_id.from': tables.conversations.name, reason: 'merged' }, ...after] },
      { sort: { _id: 1 }, limit: 1_000, projection: { kept_id: 1, [`document.${field}`]: 1 } },
    )
    const last = page.at(-1)
    if (last === undefined) return
    const names = page.map(({ document }) => valueAt(document, field) ?? null).filter((value) => value !== null)
    const living = await findExactly(conversations, { [field]: { $in: names } }, { projection: { [field]: 1 } })
    const taken = new Set(living.map((each) => sameKey(valueAt(each, field))))
    await work(page.filter(({ document }) => !taken.has(sameKey(valueAt(document, field) ?? null))))
    after = [{ $expr: { $gt: ['$_id', { $literal: last._id }] } }]
  }
}

function ofThese(context: MergeContext, merged: readonly Doc[]): Doc {
  const names = merged.map(({ document }) => valueAt(document, referenceField(context)) ?? null).filter((value) => value !== null)
  return { [context.tables.messages?.conversationId ?? '']: { $in: names } }
}

async function countStranded(context: MergeContext): Promise<number> {
  const { messages } = context
  if (messages === null) return 0
  let count = 0
  await overMerged(context, async (merged) => {
    count += await messages.countDocuments(ofThese(context, merged))
  })
  return count
}

/** Moves the messages that came for a conversation after it was merged away: to where that one went, and so on. */
async function moveStranded(context: MergeContext): Promise<number> {
  const { messages, archive, tables } = context
  if (messages === null) return 0
  let count = 0
  await overMerged(context, async (merged) => {
    if ((await messages.countDocuments(ofThese(context, merged), { limit: 1 })) === 0) return
    for (const each of merged) {
      const { id } = each._id as Doc
      if ((await messages.countDocuments(ofThese(context, [each]), { limit: 1 })) === 0) continue
      const { moved, doubled } = await context.inTransaction(async (session) => {
        let to = id
        for (;;) {
          const [next] = await findExactly(archive, { _id: { from: tables.conversations.name, id: to } }, { session })
          if (next === undefined) break
          to = next.kept_id
        }
        const done = await moveMessages(context, id, to, session)
        await recount(context, to, session)
        return done
      })
      count += moved + doubled
    }
  })
  return count
}
