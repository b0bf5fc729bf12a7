import type { InboxMigrationRow } from '../../../src/model/planning/inbox-migrations.js'
import { moveTitles } from './inbox-move-titles.js'
import type { MemoryMutant } from './mutated-memory.js'

const { inProgress, whole, together, behind, endless, once, late, cancels, fails, listed, accounts, previewed } = moveTitles

type Input = Record<string, unknown>

function sending(name: string, change: (input: Input) => Input): Pick<MemoryMutant, 'call'> {
  return { call: (call) => call.send(call.name === name ? change(call.input as Input) : call.input) }
}

/** Changes what is stored of a migration before a call of this name. */
function before(name: string, change: (row: InboxMigrationRow, input: Input) => InboxMigrationRow): Pick<MemoryMutant, 'call'> {
  return {
    call(call, { database }) {
      const input = call.input as Input
      const { inboxMigrations } = database.account(String(input.accountId))
      const row = call.name === name ? inboxMigrations.get(String(input.migrationId)) : undefined
      if (row !== undefined) inboxMigrations.set(row.id, change(row, input))
      return call.send()
    },
  }
}

export const memoryInboxMoveMutants: readonly MemoryMutant[] = [
  {
    bug: 'a migration begins while its destination moves elsewhere',
    subject: 'INBOX_MIGRATION_IN_PROGRESS',
    caughtBy: inProgress,
    async call(call, { database }) {
      const { accountId, destinationOaId } = call.input as { accountId: string; destinationOaId: string }
      const { inboxMigrations } = database.account(accountId)
      const isMoving = (row: InboxMigrationRow) => call.name === 'beginInboxMigration' && row.sourceOaId === destinationOaId
      const hidden = [...inboxMigrations.values()].filter(isMoving)
      for (const { id } of hidden) inboxMigrations.delete(id)
      try {
        return await call.send()
      } finally {
        for (const row of hidden) inboxMigrations.set(row.id, row)
      }
    },
  },
  {
    bug: 'a move to another number keeps the reply windows',
    subject: 'moveInboxBatch',
    caughtBy: whole,
    ...before('moveInboxBatch', (row) => ({ ...row, kind: 'convert' })),
  },
  {
    bug: 'a conversion ends the reply windows',
    subject: 'moveInboxBatch',
    caughtBy: together,
    ...before('moveInboxBatch', (row) => ({ ...row, kind: 'move' })),
  },
  {
    bug: 'a migration is completed by its first pass',
    subject: 'moveInboxBatch',
    caughtBy: behind,
    async call(call, { database }) {
      const answer = await call.send()
      const { inboxMigrations } = database.account(String((call.input as Input).accountId))
      const through = [...inboxMigrations.values()].filter(({ pass, completedAt }) => pass > 1 && completedAt === null)
      for (const row of through) inboxMigrations.set(row.id, { ...row, status: 'completed', completedAt: row.updatedAt })
      return answer
    },
  },
  {
    bug: 'a migration goes on as long as anybody comes',
    subject: 'moveInboxBatch',
    caughtBy: endless,
    ...before('moveInboxBatch', (row) => ({ ...row, pass: Math.min(row.pass, 9) })),
  },
  {
    bug: 'a batch that is sent again is another one',
    subject: 'moveInboxBatch',
    caughtBy: once,
    ...before('moveInboxBatch', (row, { expectedBatches }) => ({ ...row, operationId: '', batches: Number(expectedBatches) })),
  },
  {
    bug: 'a batch is moved whatever came before it',
    subject: 'moveInboxBatch',
    caughtBy: late,
    ...before('moveInboxBatch', (row, { expectedBatches }) => ({ ...row, batches: Number(expectedBatches) })),
  },
  {
    bug: 'a batch goes on after somebody cancelled',
    subject: 'endInboxMigration',
    caughtBy: cancels,
    ...before('moveInboxBatch', (row) => ({ ...row, cancelRequestedAt: null })),
  },
  {
    bug: 'a failure is a wish to cancel',
    subject: 'endInboxMigration',
    caughtBy: fails,
    ...sending('endInboxMigration', (input) => ({ ...input, end: { as: 'cancelled' } })),
  },
  {
    bug: 'a list of migrations forgets the source',
    subject: 'listInboxMigrations',
    caughtBy: listed,
    ...sending('listInboxMigrations', (input) => ({ ...input, sourceOaId: null })),
  },
  {
    bug: 'accounts are found whose migrations are over',
    subject: 'forOperator',
    caughtBy: accounts,
    async call(call, { database }) {
      const found = await call.send()
      if (call.name !== 'findInboxMigrationAccounts') return found
      return database.accounts().filter((accountId) => database.account(accountId).inboxMigrations.size > 0)
    },
  },
  {
    bug: 'a part of a preview begins at the beginning',
    subject: 'previewInboxMove',
    caughtBy: previewed,
    ...sending('previewInboxMove', (input) => ({ ...input, after: null })),
  },
]
