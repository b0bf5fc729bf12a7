import type { InboxMigrationRow } from '../../../src/model/planning/inbox-migrations.js'
import { undoTitles } from './inbox-undo-titles.js'
import type { MemoryMutant } from './mutated-memory.js'

const { refused, restored, windows, opened, others } = undoTitles

interface Input {
  readonly accountId: string
  readonly migrationId: string
  readonly undoes?: string
}

/** Changes what is stored of the migration that is undone, before an undo begins or before its batches. */
function ofTheUndone(name: 'undoInboxMigration' | 'moveInboxBatch', change: (row: InboxMigrationRow) => InboxMigrationRow) {
  return {
    call(call, { database }) {
      const { accountId, migrationId, undoes } = call.input as Input
      const { inboxMigrations } = database.account(String(accountId))
      const id = undoes ?? inboxMigrations.get(migrationId)?.undoes ?? ''
      const row = call.name === name ? inboxMigrations.get(id) : undefined
      if (row !== undefined) inboxMigrations.set(id, change(row))
      return call.send()
    },
  } satisfies Pick<MemoryMutant, 'call'>
}

export const memoryInboxUndoMutants: readonly MemoryMutant[] = [
  {
    bug: 'an undo is undone',
    subject: 'INBOX_UNDO_REFUSED',
    caughtBy: refused,
    ...ofTheUndone('undoInboxMigration', (row) => ({ ...row, kind: 'move' })),
  },
  {
    bug: 'what was undone is undone again',
    subject: 'INBOX_UNDO_REFUSED',
    caughtBy: refused,
    async call(call, { database }) {
      const { accountId, undoes } = call.input as Input
      const { inboxMigrations } = database.account(String(accountId))
      const undos = [...inboxMigrations.values()].filter((row) => call.name === 'undoInboxMigration' && row.undoes === undoes)
      for (const row of undos.filter(({ completedAt }) => completedAt !== null)) inboxMigrations.set(row.id, { ...row, undoes: null })
      return call.send()
    },
  },
  {
    bug: 'an undo keeps the reply windows of the other number',
    subject: 'undoInboxMigration',
    caughtBy: windows,
    ...ofTheUndone('moveInboxBatch', (row) => ({ ...row, kind: 'convert' })),
  },
  {
    bug: 'the undo of a conversion takes the reply windows back',
    subject: 'undoInboxMigration',
    caughtBy: windows,
    ...ofTheUndone('moveInboxBatch', (row) => ({ ...row, kind: 'move' })),
  },
  {
    bug: 'a conversation that has a username stays closed',
    subject: 'undoInboxMigration',
    caughtBy: 'opens a conversation again that was merged, under the username that it had',
    update: (row, before) =>
      before.status === 'closed' && row.oaId !== before.oaId && row.usernameKey !== null
        ? { ...row, status: 'closed', closedAt: before.closedAt }
        : row,
  },
  {
    bug: 'an undo moves those who were there before',
    subject: 'undoInboxMigration',
    caughtBy: others,
    call(call, { database }) {
      const { accountId, migrationId } = call.input as Input
      const account = database.account(String(accountId))
      const by = call.name === 'moveInboxBatch' ? account.inboxMigrations.get(migrationId)?.undoes : null
      for (const { id, channel } of by ? account.people.contactInboxes.values() : []) {
        if (!account.moved.contactInboxes.has(id)) account.mark('contactInboxes', id, { by: String(by), channel })
      }
      return call.send()
    },
  },
  {
    bug: 'an undo leaves the marks where they are',
    subject: 'undoInboxMigration',
    caughtBy: restored,
    async call(call, { database }) {
      const account = database.account(String((call.input as Input).accountId))
      const marks = [...account.moved.conversations]
      const answer = await call.send()
      if (call.name === 'moveInboxBatch') for (const [id, mark] of marks) account.mark('conversations', id, mark)
      return answer
    },
  },
  {
    bug: 'whoever leaves a conversation behind stays',
    subject: 'undoInboxMigration',
    caughtBy: opened,
    call: (call) => call.send(call.name === 'moveInboxBatch' ? { ...(call.input as Input), contactInboxIds: [] } : call.input),
  },
]
