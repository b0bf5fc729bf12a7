import { requireNotAborted } from '../model/abort.js'
import { ConversationStoreError } from '../model/errors.js'
import { type Adoption, adoption } from './adoption.js'
import { mongoBackup, postgresBackup } from './backup.js'
import { byEngine } from './databases.js'
import type { ImportApplied, ImportOptions, ImportPlan, ImportVerified } from './import-types.js'
import { connectInboxes } from './importing/connect-inboxes.js'
import { groupRows } from './importing/group-rows.js'
import { importGroups } from './importing/import-groups.js'
import { importTables } from './importing/import-tables.js'
import type { LegacySource } from './importing/legacy-source.js'
import { importKey, verifySource } from './importing/verify-source.js'
import { added, leaseLost, type PassState, runPass, withLease } from './run-pass.js'

/**
 * Brings a host's conversations and messages into a store, as history: with their own times, and without opening,
 * waking, notifying or counting anything. Status, unread messages and names come over as they are mapped.
 *
 * All rows of a customer in an inbox of an account become one conversation, because the store's history does: active
 * if one of them is, and else closed at the time of its last message. A customer who has a conversation in the store
 * already keeps its status, and names come over only with messages that are new.
 *
 * What was imported is known when it comes again: a message by the id that its channel gave it, and else by its key. So
 * another run imports what has come since, and nothing twice. Rows that can not be read are written to
 * `conversation_store_rejected` beside the host's tables, which are not changed.
 *
 * Throws UNSUPPORTED for a store on a standalone `mongod`, and for `revert`: what is in the store stays there.
 */
export function importConversations(options: ImportOptions): Adoption<ImportPlan, ImportApplied, ImportVerified, never> {
  const source = sourceOf(options)
  return adoption(options, {
    async plan() {
      const legacy = await source
      const { conversations, messages, unreadable, inboxes, customers } = await legacy.counts()
      // The store alone is changed, and its tables may have any names.
      const backup = byEngine(options.db, {
        mongo: () => mongoBackup(new Date(), null),
        postgres: () => postgresBackup(null, new Date()),
      })
      const sum = customers.reduce((total, each) => total + each.customers, 0)
      const revertible = 'no, and your tables stay as they are'
      return { conversations, customers: sum, messages, unreadable, inboxes, ...backup, revertible, warnings: await legacy.warnings() }
    },
    apply: async () => apply(await source, options),
    verify: async () => verifySource(await source, options),
    async revert() {
      throw new ConversationStoreError('UNSUPPORTED', { operation: 'to revert an import', needs: 'a backup of the store from before it' })
    },
  })
}

/** Compares what the store has with the host's tables: the counts, and some customers with all of their messages. */
export async function verifyImport(options: ImportOptions): Promise<ImportVerified> {
  return verifySource(await sourceOf(options), options)
}

function sourceOf(options: ImportOptions): Promise<LegacySource> {
  const tables = importTables(options)
  return byEngine(options.db, {
    mongo: (db) => import('./mongo/import-source.js').then((engine) => engine.importSource(db, tables)),
    postgres: (driver) => import('./postgres/import-source.js').then((engine) => engine.importSource(driver, tables)),
  })
}

async function apply(source: LegacySource, options: ImportOptions): Promise<ImportApplied> {
  const tables = importTables(options)
  const { conversations: _, ...common } = options
  const key = importKey(tables)
  const { passes: table, database } = source
  const inboxes = await withLease(common, { table, key: `inboxes of ${tables.conversations.name}`, database }, () =>
    connectInboxes(source, options.store, tables),
  )
  const total = options.onProgress === undefined ? null : (await source.counts()).conversations
  const state = await runPass(common, {
    table,
    key,
    database,
    total,
    pace: { first: 200, most: 5_000, targetMs: 1_000 },
    greatest: () => source.greatest(),
    async batch(before, lease, pacer) {
      const began = performance.now()
      if (before.cursor === null) await source.clearRejected(['conversations', 'messages'])
      const page = await source.page(before, pacer.size)
      const { groups, unreadable } = groupRows(tables, page.rows)
      const requireGoingOn = () => {
        requireNotAborted(options.signal ?? null)
        lease.requireHeld()
      }
      const counts = await importGroups({ source, store: options.store, tables, requireGoingOn }, groups)
      await source.reject(unreadable.map(({ row, reason }) => ({ table: 'conversations', key: row.key, reason })))
      const unread = await source.countMessages(unreadable.map(({ row }) => row.reference))
      const stray = page.isLast ? await source.rejectStray('it names no conversation that is there') : 0
      const next: PassState = {
        ...before,
        cursor: page.last ?? before.cursor,
        counts: added(before.counts, {
          ...counts,
          seen: page.size,
          merged: groups.reduce((sum, { rows }) => sum + rows.length - 1, 0),
          refusedConversations: counts.refusedConversations + unreadable.length,
          refusedMessages: counts.refusedMessages + stray + unread.reduce((sum, each) => sum + each, 0),
        }),
        done: page.isLast,
      }
      if (!(await table.save(key, lease.token, next))) throw leaseLost(key)
      pacer.took(performance.now() - began)
      return next
    },
  })
  const of = (name: string) => state.counts[name] ?? 0
  return {
    conversations: of('created'),
    merged: of('merged'),
    messages: of('stored'),
    known: of('known'),
    rejected: { inboxes: inboxes.rejected, conversations: of('refusedConversations'), messages: of('refusedMessages') },
    inboxes: inboxes.connected,
  }
}
