import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ContractBackend, RawRow } from '../../src/contract/index.js'
import { isConversationStoreError } from '../../src/model/errors.js'
import type { AccountConversations } from '../../src/store/account-conversations.js'
import { createConversationStore } from '../../src/store/create-conversation-store.js'
import type { InboxMigration } from '../../src/store/inbox-move-port.js'
import { mongoBackend } from '../contract/mongo-backend.js'
import { postgresBackend } from '../contract/postgres-backend.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'

const customers = 12
const calls = 120
const runs = 4
const said = (messageId: string) => ({ type: 'message' as const, messageId, text: messageId })
/** What a call may be told when its customer is moved, closed or opened by another one meanwhile. */
const expected = ['NOT_FOUND', 'INVALID_TRANSITION', 'ACTIVE_CONVERSATION_EXISTS']

/** One call of the traffic, to the source or sometimes the destination. Returns how many messages it has stored. */
async function call(account: AccountConversations, index: number): Promise<number> {
  const customerId = `c${(index * 5) % customers}`
  const key = { oaId: index % 7 === 6 ? 'destination' : 'source', customerId }
  switch (index % 8) {
    case 0:
    case 1:
    case 2:
      await account.upsertConversationWithEvents({ ...key, events: [said(`m${index}`)] })
      return 1
    case 3: {
      const other = { ...key, customerId: `c${(index * 7) % customers}`, events: [said(`other${index}`)] }
      await account.bulkUpsertConversationsWithEvents({ conversations: [{ ...key, events: [said(`m${index}`)] }, other] })
      return 2
    }
    case 4:
      await account.upsertConversation({ ...key, nickname: `n${index}` })
      return 0
    case 5:
      await account.closeConversation(key)
      return 0
    case 6:
      await account.reopenConversation(key)
      return 0
    default: {
      const identities = [
        { id: customerId, kind: 'phone' },
        { id: `u${customerId}`, kind: 'user_id' },
      ]
      await account.upsertConversationWithEvents({ ...key, identities, events: [said(`m${index}`)] })
      return 1
    }
  }
}

/** Moves an inbox there and back under traffic of three processes, and says what is wrong after each. */
async function violations(backend: ContractBackend, accountId: string): Promise<readonly string[]> {
  const accounts = [1, 2, 3].map(() => createConversationStore({ adapter: backend.createAdapter() }).forAccount(accountId))
  const [mover = null] = accounts
  if (mover === null) return ['nobody moves']
  for (const oaId of ['source', 'destination']) await mover.connectInbox({ oaId, channel: accountId })
  for (let number = 0; number < customers; number++) {
    const key = { oaId: 'source', customerId: `c${number}` }
    await mover.upsertConversationWithEvents({ ...key, events: [said('first')] })
    if (number % 3 === 0) await mover.closeConversation(key)
  }
  const wrong: string[] = []
  const underTraffic = async (first: number, begun: InboxMigration) => {
    const traffic = Array.from({ length: calls }, (_, index) =>
      call(accounts[index % accounts.length] ?? mover, first + index).catch((error: unknown) => {
        if (!isConversationStoreError(error) || !expected.includes(error.code)) wrong.push(`call ${first + index}: ${String(error)}`)
        return 0
      }),
    )
    const stored = await Promise.all([moveAll(mover, begun), ...traffic])
    return stored.reduce((sum, each) => sum + each, 0)
  }
  const between = { sourceOaId: 'source', destinationOaId: 'destination' }
  const move = await mover.beginInboxMigration({ ...between, onActiveConflict: 'skip' })
  const there = customers + (await underTraffic(0, move))
  wrong.push(...(await misplaced(backend, accountId, there)))
  const back = there + (await underTraffic(calls, await mover.undoInboxMigration({ migrationId: move.id })))
  return [...wrong, ...(await misplaced(backend, accountId, back))]
}

async function moveAll(mover: AccountConversations, begun: InboxMigration): Promise<number> {
  let migration = begun
  while (migration.completedAt === null) {
    migration = await mover.moveInboxBatch({ migrationId: migration.id, expectedBatches: migration.batches, people: 3 })
  }
  return 0
}

async function misplaced({ raw }: ContractBackend, accountId: string, expectedMessages: number): Promise<readonly string[]> {
  const contactInboxes = new Map((await raw.contactInboxes(accountId)).map((row) => [row.id, row]))
  const conversations = await raw.conversations(accountId)
  const messages = await raw.messages(accountId)
  const wrong: string[] = []
  const isSame = (a: RawRow | undefined, b: RawRow | undefined) => a !== undefined && b !== undefined && a.oa_id === b.oa_id
  for (const row of conversations) {
    const own = contactInboxes.get(row.contact_inbox_id)
    if (!isSame(row, own)) wrong.push(`the conversation ${row.id} is in ${row.oa_id}, its customer in ${own?.oa_id}`)
  }
  for (const row of contactInboxes.values()) {
    if (row.canonical_id !== null && !isSame(row, contactInboxes.get(row.canonical_id))) wrong.push(`the id ${row.customer_id} was parted`)
  }
  const active = conversations.filter(({ status }) => status !== 'closed').map((row) => `${row.oa_id} ${row.customer_id}`)
  if (new Set(active).size !== active.length) wrong.push('somebody has two active conversations')
  if (messages.length !== expectedMessages) wrong.push(`${messages.length} messages of ${expectedMessages}`)
  const ids = new Map(conversations.map((row) => [row.id, row]))
  for (const { id, conversation_id, contact_inbox_id } of messages) {
    if (!isSame(ids.get(conversation_id), contactInboxes.get(contact_inbox_id))) wrong.push(`the message ${id} is in another inbox`)
  }
  return wrong
}

describe.each([
  ['PostgreSQL', 'postgres', () => postgresBackend({ name: 'postgres', url: serverUrl('postgres') })],
  ['MongoDB', 'mongoReplicaSet', () => mongoBackend({ name: 'mongo', url: serverUrl('mongoReplicaSet'), isReplicaSet: true })],
] as const)('on %s', (_, server, open) => {
  describe.skipIf(isServerAbsent(server))('an inbox that moves there and back under traffic', () => {
    let backend: ContractBackend
    beforeAll(async () => {
      backend = await open()
    })
    afterAll(() => backend.close())

    test.each(Array.from({ length: runs }, (_run, index) => index))(
      'parts nobody, and loses and doubles nothing, in run %i',
      async (run) => {
        expect(await violations(backend, `moving-${run}`)).toEqual([])
      },
    )
  })
})
