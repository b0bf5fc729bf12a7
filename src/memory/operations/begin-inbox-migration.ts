import { begunMigration } from '../../model/planning/inbox-migrations.js'
import type { BeginInboxMigration, InboxMigration, WriteStamp } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { inboxMigration, requireFree } from '../inbox-migration-table.js'
import { stampOf } from '../write-stamp.js'

export function beginInboxMigration(database: MemoryDatabase, input: WriteStamp & BeginInboxMigration): InboxMigration {
  const { accountId, migrationId, sourceOaId, destinationOaId } = input
  const account = database.account(accountId)
  const { inboxMigrations, people } = account
  const known = inboxMigrations.get(migrationId)
  if (known !== undefined) return inboxMigration(known)
  requireFree(inboxMigrations, { sourceOaId, destinationOaId, undoes: null })
  const [source, destination] = [sourceOaId, destinationOaId].map((oaId) => people.inboxes.get(oaId))
  const begun = begunMigration({ accountId, ...stampOf(input) }, input, source, destination)
  inboxMigrations.set(migrationId, begun)
  if (destination !== undefined) account.write(() => people.putInbox({ ...destination, matchesNumbers: true }))
  return inboxMigration(begun)
}
