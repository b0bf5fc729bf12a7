import { ConversationStoreError } from '../model/errors.js'
import type { Inbox } from '../model/inboxes.js'
import { type InboxMigrationRow, type MigrationStamp, refusalBy } from '../model/planning/inbox-migrations.js'
import type { WriteStamp } from '../store/adapter.js'
import { boundTimeOrNull, nowOf } from './clock.js'
import { columns } from './columns.js'
import type { PostgresContext } from './context.js'
import { flag, time } from './readers.js'
import { inboxRow, toInbox } from './rows/inbox.js'
import { inboxMigrationRow, toInboxMigrationRow } from './rows/inbox-migration.js'
import { type Fragment, nothing, sql } from './sql.js'

const lookRow = columns({ looked_at: time, is_found: flag })

interface Beginning extends WriteStamp {
  readonly migrationId: string
  readonly sourceOaId: string
  readonly destinationOaId: string
  /** The migration that is to be undone, or null for one that undoes none. */
  readonly undoes: string | null
}

/**
 * In a transaction: locks the rows of both inboxes, and inserts what `begin` returns, unless another migration is in
 * the way. Returns what the call has inserted already when it is sent again. Throws INBOX_MIGRATION_IN_PROGRESS,
 * INBOX_UNDO_REFUSED.
 */
export async function insertInboxMigration(
  context: PostgresContext,
  input: Beginning,
  begin: (stamp: MigrationStamp, inboxes: readonly Inbox[]) => Promise<InboxMigrationRow> | InboxMigrationRow,
): Promise<InboxMigrationRow> {
  const { accountId, operationId, migrationId } = input
  const inboxes = (await context.write(lockInboxes(context, input), input)).map(toInbox)
  const [looked = {}] = await context.write(lookForOthers(context, input), input)
  const look = lookRow.of(looked)
  if (flag(look.is_found)) {
    const found = toInboxMigrationRow(looked)
    if (found.id === migrationId) return found
    throw refusalBy(found)
  }
  const begun = await begin({ accountId, operationId, now: time(look.looked_at) }, inboxes)
  const written = await context.write(insert(context, begun), input)
  if (written.length === 0) throw new ConversationStoreError('CONTENTION', { attempts: 1 })
  return begun
}

function lockInboxes({ tables }: PostgresContext, { accountId, sourceOaId, destinationOaId }: Beginning): Fragment {
  return sql`select ${inboxRow.list('b')} from ${tables.inboxes} b
where b.account_id = ${accountId} and b.oa_id = any (array[${sourceOaId}, ${destinationOaId}]::text[])
order by b.oa_id for no key update`
}

/**
 * What this call has begun already, or else a migration in which one of the inboxes takes part, or else the undo that
 * has undone the same one.
 */
function lookForOthers({ tables }: PostgresContext, input: Beginning): Fragment {
  const { accountId, migrationId, sourceOaId, destinationOaId, undoes } = input
  const { inbox_migrations } = tables
  const ours = sql`any (array[${sourceOaId}, ${destinationOaId}]::text[])`
  return sql`select ${lookRow.list('n')}, ${inboxMigrationRow.list('n')} from (
  select ${nowOf(input)} as looked_at, f.id is not null as is_found, f.* from (select true) one
  left join lateral (
    (select m.* from ${inbox_migrations} m where m.account_id = ${accountId} and m.id = ${migrationId})
    union all
    (select m.* from ${inbox_migrations} m
     where m.account_id = ${accountId} and m.completed_at is null and (m.source_oa_id = ${ours} or m.destination_oa_id = ${ours}))
    ${undoes === null ? nothing : completedUndo(inbox_migrations, accountId, sourceOaId, undoes)}limit 1) f on true
) n`
}

function completedUndo(migrations: Fragment, accountId: string, sourceOaId: string, undoes: string): Fragment {
  return sql`union all
    (select m.* from ${migrations} m
     where m.account_id = ${accountId} and m.source_oa_id = ${sourceOaId} and m.undoes = ${undoes} and m.status = 'completed')
    `
}

function insert({ tables }: PostgresContext, row: InboxMigrationRow): Fragment {
  const { counted } = row
  return sql`with matching as (update ${tables.inboxes} b set matches_numbers = true
  where b.account_id = ${row.accountId} and b.oa_id = ${row.destinationOaId} and not b.matches_numbers and ${row.undoes}::text is null)
insert into ${tables.inbox_migrations} as m (account_id, id, kind, undoes, source_inbox_id, source_oa_id, destination_inbox_id,
  destination_oa_id, on_active_conflict, user_id, status, operation_id, created_at, updated_at, conversations_count, conversations_moved,
  messages_count, messages_moved, attachments_count, attachments_moved, contact_inboxes_count, contact_inboxes_moved, contacts_merged,
  skipped, batches, pass, pass_moved)
values (${row.accountId}, ${row.id}, ${row.kind}, ${row.undoes}, ${row.sourceInboxId}, ${row.sourceOaId}, ${row.destinationInboxId},
  ${row.destinationOaId}, ${row.onActiveConflict}, ${row.userId}, ${row.status}, ${row.operationId}, ${boundTimeOrNull(row.createdAt)},
  ${boundTimeOrNull(row.updatedAt)}, ${counted.conversations}::bigint, 0, ${counted.messages}::bigint, 0, ${counted.attachments}::bigint, 0,
  ${counted.contactInboxes}::bigint, 0, 0, 0, 0, ${row.pass}::integer, 0)
on conflict do nothing
returning m.id`
}
