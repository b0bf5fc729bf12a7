import { describe, expect, test } from 'vitest'
import { interceptedAdapter } from '../../src/contract/intercepted-adapter.js'
import { inboxMigrations } from '../../src/inbox-migrations/inbox-migrations.js'
import { work } from '../../src/inbox-migrations/work.js'
import { createMemoryAdapter } from '../../src/memory/create-memory-adapter.js'
import { createMemoryDatabase } from '../../src/memory/database.js'
import { ConversationStoreError } from '../../src/model/errors.js'
import { createConversationStore } from '../../src/store/create-conversation-store.js'
import { silent, sleepless } from './moving.js'

/** Resolves once somebody opens it. */
function gate() {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open: () => open(), opened }
}

/**
 * A store with a short and a long migration in two accounts. Each look for migrations is told first. The first batch of
 * each waits until both are at work, and the second batch of the long one waits for `rest`.
 */
async function twoAtOnce(look: (looks: number) => void) {
  const database = { ...createMemoryDatabase(), isMigrated: true }
  const both = gate()
  const rest = gate()
  const batches = new Map<unknown, number>()
  let looks = 0
  const adapter = interceptedAdapter(createMemoryAdapter(database), async ({ name, input, send }) => {
    if (name === 'findInboxMigrationAccounts') look(++looks)
    if (name !== 'moveInboxBatch') return send()
    const accountId = Reflect.get(Object(input), 'accountId')
    const batch = (batches.get(accountId) ?? 0) + 1
    batches.set(accountId, batch)
    if (batch === 1 && batches.size === 2) both.open()
    if (batch === 1) await both.opened
    else if (accountId === 'long') await rest.opened
    return send()
  })
  const store = createConversationStore({ adapter, retry: { attempts: 1 } })
  const [short, long] = [store.forAccount('short'), store.forAccount('long')]
  const ids: string[] = []
  for (const account of [short, long]) {
    const [sourceOaId, destinationOaId] = [`${account.accountId}-old`, `${account.accountId}-new`]
    for (const oaId of [sourceOaId, destinationOaId]) await account.connectInbox({ oaId, channel: 'whatsapp', provider: 'twilio' })
    // A first batch looks at 50 people.
    const people = account === long ? 60 : 1
    for (let n = 0; n < people; n++) await account.upsertConversation({ oaId: sourceOaId, customerId: `c${n}` })
    ids.push((await inboxMigrations(account).start({ sourceOaId, destinationOaId, onActiveConflict: 'merge' })).id)
  }
  const [ofShort = '', ofLong = ''] = ids
  return {
    store,
    rest,
    batches,
    stateOf: async () => [
      (await short.findInboxMigration({ migrationId: ofShort }))?.status,
      (await long.findInboxMigration({ migrationId: ofLong }))?.status,
      (await long.listLeases()).items.length,
    ],
  }
}

const working = { concurrency: 2, stopWhenIdle: true, pauseMs: 10, idleMs: 1 }

describe('a worker at two migrations at once', () => {
  test('looks again when the database could not tell what is to be done, and works on meanwhile', async () => {
    const clock = sleepless()
    const lines: string[] = []
    // The second look comes when the short one is over, and the long one still at work.
    const house = await twoAtOnce((looks) => {
      if (looks === 2 || looks === 3) throw new ConversationStoreError('CONTENTION', { attempts: 1 })
      if (looks === 4) house.rest.open()
    })
    const logger = { ...silent, warn: (line: string) => void lines.push(line) }
    await work(house.store, { ...working, clock, logger })
    expect(await house.stateOf()).toEqual(['completed', 'completed', 0])
    const line = (attempt: number) =>
      expect.stringContaining(`[InboxMigration] could not look for migrations, attempt ${attempt}: CONTENTION: `)
    expect(lines).toEqual([line(1), line(2)])
    expect(clock.slept).toEqual(expect.arrayContaining([2_010, 4_010]))
  })

  test('ends when the database never can, after the batch that it is at, and lets go of it', async () => {
    const house = await twoAtOnce((looks) => {
      if (looks === 1) return
      if (looks === 11) setImmediate(house.rest.open)
      throw new ConversationStoreError('CONTENTION', { attempts: 1 })
    })
    await expect(work(house.store, { ...working, clock: sleepless(), logger: silent })).rejects.toMatchObject({ code: 'CONTENTION' })
    expect(await house.stateOf()).toEqual(['completed', 'running', 0])
    expect(house.batches.get('long')).toBe(2)
  })

  test('ends at once for what can’t pass, and not before its batches', async () => {
    const house = await twoAtOnce((looks) => {
      if (looks === 1) return
      setImmediate(house.rest.open)
      throw new ConversationStoreError('STORE_CLOSED', {})
    })
    await expect(work(house.store, { ...working, clock: sleepless(), logger: silent })).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    expect(await house.stateOf()).toEqual(['completed', 'running', 0])
    expect(house.batches.get('long')).toBe(2)
  })
})
