import type { OnActiveConflict } from '../../../src/model/inbox-migrations.js'
import { joinTitles } from './inbox-join-titles.js'
import type { MemoryMutant } from './mutated-memory.js'

const { closes, finds, leaves, apart, parts, stay, touched, merges, goesOn, further } = joinTitles

interface Input {
  readonly accountId: string
  readonly migrationId: string
}

/** Lets a migration treat those whom the destination knows in another way. */
function treating(from: OnActiveConflict, to: OnActiveConflict): Pick<MemoryMutant, 'call'> {
  return {
    call(call, { database }) {
      const { accountId, migrationId } = call.input as Input
      const { inboxMigrations } = database.account(accountId)
      const row = call.name === 'moveInboxBatch' ? inboxMigrations.get(migrationId) : undefined
      if (row?.onActiveConflict === from) inboxMigrations.set(row.id, { ...row, onActiveConflict: to })
      return call.send()
    },
  }
}

export const memoryInboxJoinMutants: readonly MemoryMutant[] = [
  { bug: 'nobody is merged', subject: 'moveInboxBatch', caughtBy: merges, ...treating('merge', 'close_source') },
  {
    bug: 'a conversation without another one is closed',
    subject: 'moveInboxBatch',
    caughtBy: goesOn,
    ...treating('merge', 'close_source'),
  },
  {
    bug: 'a person is parted whose conversation was merged further',
    subject: 'undoInboxMigration',
    caughtBy: further,
    call(call, { database }) {
      const account = database.account((call.input as Input).accountId)
      for (const row of call.name === 'undoInboxMigration' ? account.conversations.rows.values() : []) {
        account.conversations.put({ ...row, parts: row.parts.slice(0, 1) })
      }
      return call.send()
    },
  },
  {
    bug: 'the conversation of a known person stays open',
    subject: 'moveInboxBatch',
    caughtBy: closes,
    update: (row, before) =>
      row.oaId !== before.oaId && row.status !== before.status ? { ...row, status: before.status, closedAt: before.closedAt } : row,
  },
  {
    bug: 'the messages of the source are not found',
    subject: 'moveInboxBatch',
    caughtBy: finds,
    world: (world) => ({ putContactInbox: (row) => world.putContactInbox({ ...row, scopes: null }) }),
  },
  {
    bug: 'people become one who have two ids of one kind',
    subject: 'moveInboxBatch',
    caughtBy: leaves,
    world: (world) => ({
      putContactInbox: (row) =>
        world.putContactInbox({ ...row, identities: row.identities?.map((mark) => ({ ...mark, kind: null })) ?? null }),
    }),
  },
  {
    bug: 'what was read in the source is read in the destination',
    subject: 'moveInboxBatch',
    caughtBy: apart,
    async call(call, { database }) {
      const answer = await call.send()
      const account = database.account((call.input as Input).accountId)
      for (const row of call.name === 'moveInboxBatch' ? account.messages.rows.values() : []) {
        if (row.direction === 'outbound') account.messages.put({ ...row, readAt: row.occurredAt })
      }
      return answer
    },
  },
  {
    bug: 'nobody knows how both were',
    subject: 'undoInboxMigration',
    caughtBy: parts,
    async call(call, { database }) {
      const answer = await call.send()
      const account = database.account((call.input as Input).accountId)
      for (const [id, { links: _, ...mark }] of account.moved.contactInboxes) account.mark('contactInboxes', id, mark)
      return answer
    },
  },
  {
    bug: 'a person goes back whose conversation has gone on',
    subject: 'undoInboxMigration',
    caughtBy: stay,
    call(call, { database }) {
      const account = database.account((call.input as Input).accountId)
      for (const [id, mark] of account.moved.conversations) {
        const row = account.conversations.rows.get(id)
        if (row) account.mark('conversations', id, { ...mark, lastSeq: row.lastSeq })
      }
      return call.send()
    },
  },
  {
    bug: 'a conversation is opened that was touched since',
    subject: 'undoInboxMigration',
    caughtBy: touched,
    call(call, { database }) {
      const account = database.account((call.input as Input).accountId)
      for (const [id, mark] of account.moved.conversations) {
        const closedAt = account.conversations.rows.get(id)?.closedAt
        if (mark.closed && closedAt) account.mark('conversations', id, { ...mark, closed: { ...mark.closed, at: closedAt } })
      }
      return call.send()
    },
  },
]
