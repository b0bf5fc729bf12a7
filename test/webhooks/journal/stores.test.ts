import { expect, test } from 'vitest'
import { createConversationStore } from '../../../src/index.js'
import { memory } from '../../../src/memory/index.js'
import { createWebhookHandler, messenger, workJournal } from '../../../src/webhooks/index.js'
import { appSecret, heardLogger } from '../handler/signed-post.js'
import { away, journalHost, post, text } from './journal-host.js'

/** A platform whose tenants have a database each, and whose own store keeps the journal of all. */
async function platform() {
  const tenants = { page: await journalHost(), 'other page': await journalHost() }
  const clock = { now: Date.UTC(2026, 0, 1) }
  const keeper = createConversationStore({ adapter: memory(), clock: () => new Date(clock.now) })
  await keeper.migrate()
  const storeOf = ({ oaId }: { readonly oaId: string }) => (oaId in tenants ? tenants[oaId as keyof typeof tenants].store : null)
  const { logger } = heardLogger()
  const options = { store: storeOf, channel: messenger, secrets: appSecret, logger }
  const handle = createWebhookHandler({ ...options, journal: { retainDays: 7, store: keeper } })
  const kept = async (accountId: string | null) =>
    (await keeper.forOperator().listWebhooks({ accountId })).items.map(({ outcome }) => outcome)
  return { tenants, keeper, clock, options, handle, kept, logger }
}

test('a journal of stores by inbox stands in the store that is named for it, and each part is written to its own store', async () => {
  const { tenants, keeper, clock, options, handle, kept, logger } = await platform()
  tenants['other page'].faults.failsWith = away
  expect((await handle(post(text('m1'), text('m2', 'other page'), text('m3', 'unknown page')))).status).toBe(200)
  expect(await tenants.page.texts('acme', 'page')).toEqual(['text of m1'])
  expect(await tenants['other page'].texts('umbrella', 'other page')).toEqual([])
  expect([await kept('acme'), await kept('umbrella'), await kept(null)]).toEqual([['ingested'], ['waiting'], ['ignored']])

  tenants['other page'].faults.failsWith = null
  clock.now += 60_000
  expect(await workJournal(keeper, { channels: [messenger], into: options.store, logger })).toMatchObject({ worked: 1, waiting: 0 })
  expect(await tenants['other page'].texts('umbrella', 'other page')).toEqual(['text of m2'])
  expect(await tenants.page.kept('acme')).toEqual([])
})

test('a journal of stores by inbox needs a store of its own', async () => {
  const { options } = await platform()
  expect(() => createWebhookHandler({ ...options, journal: { retainDays: 7 } })).toThrow(
    'journal.store: must be the store that keeps the journal, where `store` is a function or a transaction',
  )
})
