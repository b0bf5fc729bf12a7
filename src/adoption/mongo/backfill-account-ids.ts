import { ConversationStoreError } from '../../model/errors.js'
import type { Doc, MongoDb } from '../../mongo/driver.js'
import { readIndexes } from '../../mongo/migrator/indexes/live-indexes.js'
import { writeConcern } from '../../mongo/schema/collections.js'
import type { Adoption } from '../adoption.js'
import { backfillApplied } from '../backfill-applied.js'
import { backfillLog } from '../backfill-log.js'
import type { BackfillApplied, BackfillOptions, BackfillPlan, BackfillReverted, BackfillVerified } from '../backfill-types.js'
import { mongoBackup } from '../backup.js'
import { assignedAccount, classesOf, type OrphanPolicy, taskOf } from '../orphans.js'
import { added, leaseLost, type PassState, runPass } from '../run-pass.js'
import { type Conversations, conversationsOf } from '../tables.js'
import { shown } from './bson.js'
import { type IntegrationSource, integrationSource, readClaims, valueAt } from './claims.js'
import { classify } from './classify.js'
import { greatestId, placeOfLast, readPage } from './pages.js'
import { passTable } from './passes.js'
import { removeOrphans, restoreQuarantined } from './remove-orphans.js'
import { type Resolved, writeAccounts } from './write-accounts.js'

type Steps = Omit<Adoption<BackfillPlan, BackfillApplied, BackfillVerified, BackfillReverted>, 'run'>

export function backfillAccountIds(db: MongoDb, options: BackfillOptions): Steps {
  const table = conversationsOf(db, options.conversations)
  const integrations = integrationSource(db, options)
  const { orphans = { policy: 'report' } } = options
  return {
    async plan() {
      const classes = await classify(db, table, integrations)
      const backup = mongoBackup(new Date(), { database: db.databaseName ?? '', collections: [table.name] })
      const revertible = orphans.policy === 'quarantine' ? 'the quarantine' : 'with the backup'
      return { ...classes, ...backup, revertible, warnings: await warningsOf(integrations) }
    },
    apply: () => apply(db, table, integrations, options),
    async verify() {
      const classes = await classify(db, table, integrations)
      return { ...classes, ok: classes.resolved === 0 }
    },
    async revert() {
      if (orphans.policy === 'quarantine') return restoreQuarantined(db, table, options)
      const { restore } = mongoBackup(new Date(), { database: db.databaseName ?? '', collections: [table.name] })
      throw new ConversationStoreError('UNSUPPORTED', { operation: 'to revert a backfill', needs: `the backup: ${restore}` })
    },
  }
}

async function warningsOf({ db, table }: IntegrationSource): Promise<readonly string[]> {
  const [live] = await readIndexes(db, [table.name])
  if (live === undefined || live.type === 'missing') return [`${table.name} does not exist, so every conversation is an orphan.`]
  if (live.indexes.some(({ key }) => Object.keys(key)[0] === table.oaId)) return []
  return [`${table.name} has no index that begins with ${table.oaId}, so each batch reads all of it.`]
}

async function apply(
  db: MongoDb,
  table: Conversations,
  integrations: IntegrationSource,
  options: BackfillOptions,
): Promise<BackfillApplied> {
  const conversations = db.collection(table.name, { writeConcern, readPreference: 'primary' })
  const passes = passTable(db)
  const key = `accounts of ${table.name}`
  const total = options.onProgress === undefined ? null : await conversations.countDocuments({ [table.accountId]: null })
  const state = await runPass(options, {
    table: passes,
    key,
    task: taskOf(table, integrations.table, options.orphans),
    database: db.databaseName ?? '',
    total,
    // A batch locks no document for longer than it is written, so it may take longer than where one is a transaction.
    pace: { targetMs: 500, most: 1_000 },
    greatest: () => greatestId(conversations),
    async batch(from, lease, pacer) {
      const began = performance.now()
      const limit = pacer.size
      const page = await readPage(conversations, { [table.accountId]: null }, from, limit, { [table.oaId]: 1 })
      const counts = await workOn(db, table, integrations, options, page, from)
      const { updated = 0, assigned = 0, quarantined = 0, deleted = 0 } = counts
      const next: PassState = {
        ...from,
        cursor: placeOfLast(page) ?? from.cursor,
        changed: from.changed + updated + assigned + quarantined + deleted,
        counts: added(from.counts, counts),
        done: page.length < limit,
      }
      if (!(await passes.save(key, lease.token, next))) throw leaseLost(key)
      pacer.took(performance.now() - began)
      return next
    },
  })
  return backfillApplied(state.counts)
}

/** Writes what a page needs. What was left in the first round is counted and told in that round alone. */
async function workOn(
  db: MongoDb,
  table: Conversations,
  integrations: IntegrationSource,
  { orphans = { policy: 'report' }, logger }: BackfillOptions,
  page: readonly Doc[],
  { round }: PassState,
): Promise<Record<string, number>> {
  const conversations = db.collection(table.name, { writeConcern, readPreference: 'primary' })
  const log = backfillLog(logger)
  const claimOf = await readClaims(
    integrations,
    page.map((document) => valueAt(document, table.oaId)),
  )
  const [resolved, given, taken]: [Resolved[], Resolved[], Parameters<typeof removeOrphans>[3][number][]] = [[], [], []]
  const counts: Record<string, number> = {}
  const count = (name: string, by = 1) => {
    counts[name] = (counts[name] ?? 0) + by
  }
  if (round === 1) count('seen', page.length)
  const classes = classesOf(orphans)
  for (const document of page) {
    const oaId = valueAt(document, table.oaId)
    const claim = claimOf(oaId)
    if ('accountId' in claim) {
      resolved.push({ document, accountId: claim.accountId })
      continue
    }
    const { unresolved } = claim
    const named = { id: shown(document._id), oaId: oaId === undefined || oaId === null ? null : shown(oaId) }
    const accountId = assignment(orphans, classes.has(unresolved), named)
    if (accountId !== null) given.push({ document, accountId })
    else if (classes.has(unresolved) && orphans.policy !== 'assign') {
      if (unresolved === 'orphan') log.found(named)
      taken.push({ document, reason: unresolved })
    } else if (round === 1) {
      count(unresolved)
      log[warnings[unresolved]](named)
    }
  }
  const told = logger === undefined ? null : log
  count('updated', await writeAccounts(conversations, table, resolved, told))
  count('assigned', await writeAccounts(conversations, table, given, told))
  count('keptAsSet', resolved.length + given.length - (counts.updated ?? 0) - (counts.assigned ?? 0))
  if (orphans.policy === 'quarantine' || orphans.policy === 'delete') {
    const gone = await removeOrphans(db, table, orphans, taken)
    count(orphans.policy === 'delete' ? 'deleted' : 'quarantined', gone.length)
    for (const id of gone) log[orphans.policy === 'delete' ? 'deleted' : 'quarantined'](shown(id))
  }
  return counts
}

const warnings = { orphan: 'orphan', ambiguous: 'ambiguous', noAccount: 'withoutAccount', noOaId: 'withoutOaId' } as const

function assignment(policy: OrphanPolicy, isMeant: boolean, conversation: { id: string; oaId: string | null }): unknown {
  return policy.policy === 'assign' && isMeant ? assignedAccount(policy.account, conversation) : null
}
