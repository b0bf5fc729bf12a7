import {
  type InboxMigrationRow,
  inboxMigrationOf,
  type MovedBatch,
  migrationOfBatch,
  withBatch,
} from '../../model/planning/inbox-migrations.js'
import type { InboxMigration, MoveInboxBatch, WriteStamp } from '../../store/adapter.js'
import { changeInboxMigration } from '../change-inbox-migration.js'
import { boundTimeOrNull } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { integer, textOrNull } from '../readers.js'
import { type Fragment, sql } from '../sql.js'

const movedRow = columns({
  contact_inboxes: integer,
  conversations: integer,
  messages: integer,
  attachments: integer,
  unsettled: integer,
  skipped: integer,
  contacts_merged: integer,
  place: textOrNull,
})

/**
 * Moves the next people of the source, and the migration with them: three statements of one transaction. The first
 * locks the migration, so of two processes with the same batch one waits, and finds that the other one has moved it.
 */
export async function moveInboxBatch(context: PostgresContext, input: WriteStamp & MoveInboxBatch): Promise<InboxMigration> {
  const moved = await changeInboxMigration(context, input, async (found, stamp) => {
    const { row, isDone } = migrationOfBatch(found, stamp, input)
    return isDone ? row : withBatch(row, stamp, await movePeople(context, input, row))
  })
  return inboxMigrationOf(moved)
}

async function movePeople(context: PostgresContext, input: WriteStamp & MoveInboxBatch, row: InboxMigrationRow): Promise<MovedBatch> {
  const [found = {}] = await context.write(sql`select ${movedRow.list('r')} from ${peopleMoved(context, input, row)} r`, input)
  const batch = movedRow.of(found)
  return {
    moved: {
      conversations: integer(batch.conversations),
      messages: integer(batch.messages),
      attachments: integer(batch.attachments),
      contactInboxes: integer(batch.contact_inboxes),
    },
    unsettled: integer(batch.unsettled),
    skipped: integer(batch.skipped),
    contactsMerged: integer(batch.contacts_merged),
    cursor: textOrNull(batch.place),
  }
}

function peopleMoved({ fn }: PostgresContext, input: WriteStamp & MoveInboxBatch, row: InboxMigrationRow): Fragment {
  const { id, accountId, sourceOaId, destinationOaId, cursor, kind, undoes } = row
  const now = boundTimeOrNull(input.now)
  return undoes === null
    ? sql`${fn('move_people')}(
      ${accountId}::text, ${id}::text, ${sourceOaId}::text, ${destinationOaId}::text, ${cursor}::text, ${kind === 'convert'}::boolean,
      ${input.people}::integer, ${input.conversations}::integer, ${now})`
    : sql`(select b.*, 0 as contacts_merged from ${fn('move_people_back')}(
      ${accountId}::text, ${undoes}::text, ${sourceOaId}::text, ${destinationOaId}::text, ${cursor}::text,
      ${input.people}::integer, ${input.conversations}::integer, ${JSON.stringify(input.contactInboxIds)}::jsonb, ${now}) b)`
}
