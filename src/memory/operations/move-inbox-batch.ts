import { type InboxMigrationRow, type MovedBatch, migrationOfBatch, withBatch } from '../../model/planning/inbox-migrations.js'
import type { ItemStamp } from '../../model/planning/item-plan.js'
import { mayJoin } from '../../model/planning/move-known.js'
import type { ContactInboxRow } from '../../model/planning/rows.js'
import type { InboxMigration, MoveInboxBatch, WriteStamp } from '../../store/adapter.js'
import type { MemoryAccount } from '../account.js'
import type { MemoryDatabase } from '../database.js'
import { inboxMigration } from '../inbox-migration-table.js'
import { moveKnownPerson } from '../move-known-person.js'
import { movePeopleBack } from '../move-people-back.js'
import { contactInboxesAfter, conversationsOf, countsOf, groupOf, matchIn } from '../people-of-inbox.js'
import { stampOf } from '../write-stamp.js'

/** Moves the next people of the source. Nobody changes them meanwhile. */
export function moveInboxBatch(database: MemoryDatabase, input: WriteStamp & MoveInboxBatch): InboxMigration {
  const account = database.account(input.accountId)
  const stamp = { accountId: input.accountId, ...stampOf(input) }
  const { row, isDone } = migrationOfBatch(account.inboxMigrations.get(input.migrationId) ?? null, stamp, input)
  const next = isDone
    ? row
    : withBatch(
        row,
        stamp,
        account.write(() => move(account, row, input, stamp)),
      )
  account.inboxMigrations.set(next.id, next)
  return inboxMigration(next)
}

function move(account: MemoryAccount, row: InboxMigrationRow, input: MoveInboxBatch, stamp: ItemStamp): MovedBatch {
  const after = contactInboxesAfter(account, row.sourceOaId, row.cursor)
  const page = within(account, after.slice(0, input.people), input.conversations)
  const cursor = page.length < after.length ? (page.at(-1)?.customerId ?? null) : null
  const heads = page.filter(({ canonicalId }) => canonicalId === null)
  if (row.undoes !== null) return { ...movePeopleBack(account, row, row.undoes, heads, input.contactInboxIds, stamp), cursor }
  const matches = new Map(heads.map((head) => [head, matchIn(account, row.destinationOaId, head, { except: row.id })]))
  const moving = heads.filter((head) => matches.get(head) === null)
  const group = moving.flatMap((head) => groupOf(account, head))
  const conversations = [...conversationsOf(account, group)]
  for (const head of moving) movePerson(account, row, head, stamp.now)
  let contactInboxes = group.length
  let unsettled = moving.length
  let contactsMerged = 0
  for (const head of row.onActiveConflict === 'skip' ? [] : heads.filter((each) => mayJoin(matches.get(each) ?? null))) {
    const known = groupOf(account, head)
    const came = conversationsOf(account, known)
    const moved = moveKnownPerson(account, row, head, stamp)
    if (moved === null) continue
    contactInboxes += known.length
    conversations.push(...came)
    unsettled += 1
    if (moved.hasMergedContacts) contactsMerged += 1
  }
  const counted = countsOf(account, contactInboxes, conversations)
  return { moved: counted, unsettled, skipped: heads.length - unsettled, contactsMerged, cursor }
}

/** As many of the rows as come before their conversations are too many. At least one is taken. */
function within(account: MemoryAccount, rows: readonly ContactInboxRow[], most: number): readonly ContactInboxRow[] {
  let before = 0
  const end = rows.findIndex((row) => {
    if (before >= most) return true
    before += account.world.conversationsOf(row.id).length
    return false
  })
  return end === -1 ? rows : rows.slice(0, end)
}

function movePerson(account: MemoryAccount, { id: by, kind, destinationOaId: oaId }: InboxMigrationRow, head: ContactInboxRow, now: Date) {
  const { people, world } = account
  const channel = people.inboxes.get(oaId)?.channel ?? head.channel
  const group = groupOf(account, head)
  for (const row of conversationsOf(account, group)) {
    account.mark('conversations', row.id, { by, channel: row.channel, windowExpiresAt: row.windowExpiresAt })
    const windowExpiresAt = kind === 'convert' ? row.windowExpiresAt : null
    world.putConversation({ ...row, oaId, channel, windowExpiresAt, version: row.version + 1, updatedAt: now })
  }
  for (const row of group) {
    account.mark('contactInboxes', row.id, { by, channel: row.channel })
    world.putContactInbox({ ...row, oaId, channel })
  }
}
