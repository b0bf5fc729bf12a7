import { describe, expect, test } from 'vitest'
import type { ContractBackend } from '../../../src/contract/index.js'
import { inboxMigrations, work } from '../../../src/inbox-migrations/index.js'
import { limits } from '../../../src/model/limits.js'
import { createConversationStore } from '../../../src/store/create-conversation-store.js'
import { mongoBackend } from '../../contract/mongo-backend.js'
import { postgresBackend } from '../../contract/postgres-backend.js'
import { isServerAbsent, serverUrl } from '../../contract/server.js'
import { between, destinationOaId, fill, silent, sourceOaId } from '../moving.js'
import { fillMongo, modelCustomer } from './fill-mongo.js'
import { fillPostgres } from './fill-postgres.js'

const messagesOfEach = 5
const accountId = 'acme'
const inbox = { accountId, oaId: sourceOaId, messagesOfEach }
/** After so many batches it is looked at who has moved. */
const batchesBetweenLooks = 10

/** A database with a full inbox, and where its people part: the last one who moved, and the first one who did not. */
interface Full {
  readonly backend: ContractBackend
  fill(conversations: number): Promise<void>
  border(): Promise<{ readonly moved: string | null; readonly left: string | null }>
}

async function onPostgres(): Promise<Full> {
  const backend = await postgresBackend({ name: 'postgres', url: serverUrl('postgres') })
  const { query, schema } = backend
  const customer = async (which: string, oaId: string) => {
    const [row] = await query(`select ${which}(customer_id) as id from ${schema}.contact_inboxes where account_id = $1 and oa_id = $2`, [
      accountId,
      oaId,
    ])
    return row?.id === null || row === undefined ? null : String(row.id)
  }
  return {
    backend,
    async fill(conversations) {
      await fillPostgres(query, schema, { ...inbox, conversations })
      // Nobody waits for the server's own statistics of tables that were empty.
      for (const table of ['contacts', 'contact_inboxes', 'conversations', 'messages']) await query(`analyze ${schema}.${table}`)
    },
    border: async () => ({ moved: await customer('max', destinationOaId), left: await customer('min', sourceOaId) }),
  }
}

async function onMongo(): Promise<Full> {
  const backend = await mongoBackend({ name: 'mongo', url: serverUrl('mongoReplicaSet'), isReplicaSet: true })
  const { db } = backend
  const customer = async (order: 1 | -1, oaId: string) => {
    const found = await db.collection('contact_inboxes').findOne({ accountId, oa_id: oaId }, { sort: { customer_id: order } })
    return found === null ? null : String(found.customer_id)
  }
  return {
    backend,
    async fill(conversations) {
      const account = createConversationStore({ adapter: backend.createAdapter() }).forAccount(accountId)
      const events = Array.from({ length: messagesOfEach }, (_, n) => ({ type: 'message' as const, messageId: `m${n}`, text: 'Hello?' }))
      await account.upsertConversationWithEvents({ oaId: sourceOaId, customerId: modelCustomer, events })
      await fillMongo(db, { ...inbox, conversations })
    },
    border: async () => ({ moved: await customer(-1, destinationOaId), left: await customer(1, sourceOaId) }),
  }
}

describe.each([
  ['PostgreSQL', 'postgres', onPostgres, 50_000],
  ['MongoDB', 'mongoReplicaSet', onMongo, 10_000],
] as const)('on %s', (_, server, open, conversations) => {
  test.skipIf(isServerAbsent(server))(
    `an inbox of ${conversations} conversations moves whole, in batches of 500 that follow each other by customer`,
    { timeout: 120_000 },
    async () => {
      const { backend, fill: fillUp, border } = await open()
      const store = createConversationStore({ adapter: backend.createAdapter() })
      const account = store.forAccount(accountId)
      await fill(account, 0)
      await fillUp(conversations)
      const counts = { conversations, messages: conversations * messagesOfEach, attachments: 0, contactInboxes: conversations }
      const { id } = await inboxMigrations(account).start({ ...between, onActiveConflict: 'skip' })
      const steps: number[] = []
      const disorder: unknown[] = []
      let moved = 0
      const moveInboxBatch: typeof account.moveInboxBatch = async (input, options) => {
        const migration = await account.moveInboxBatch(input, options)
        steps.push(migration.moved.conversations - moved)
        moved = migration.moved.conversations
        const { moved: last, left } = steps.length % batchesBetweenLooks === 1 ? await border() : { moved: null, left: null }
        if (last !== null && left !== null && last >= left) disorder.push([last, left])
        return migration
      }
      const watched = { forOperator: () => store.forOperator(), forAccount: () => ({ ...account, moveInboxBatch }) }
      // However slow this machine is, no batch is made smaller for it.
      await work(watched, { stopWhenIdle: true, pauseMs: 0, idleMs: 10, slowMs: 60_000, logger: silent })
      const migration = await account.findInboxMigration({ migrationId: id })
      expect(migration).toMatchObject({ status: 'completed', counted: counts, moved: counts, skipped: 0 })
      expect(steps).toEqual([...Array.from({ length: conversations / limits.movedPeople }, () => limits.movedPeople), 0])
      expect(disorder).toEqual([])
      expect(await border()).toMatchObject({ left: null })
      await backend.close()
    },
  )
})
