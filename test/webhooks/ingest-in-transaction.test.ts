import { afterAll, expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { postgres } from '../../src/postgres/index.js'
import { ingestWebhook } from '../../src/webhooks/index.js'
import { newPglite } from '../servers/pglite.js'
import { body, fromCustomer, page } from './bodies.js'

const pglite = newPglite()
afterAll(() => pglite.close())

test('a body is part of the host’s own transaction when the store is used through it', async () => {
  const store = createConversationStore({ adapter: postgres({ pool: pglite }) })
  await store.migrate()
  const acme = store.forAccount('acme')
  await acme.connectInbox({ oaId: page, channel: 'messenger' })
  const given = body(fromCustomer({ message: { mid: 'm_1', text: 'a' } }))

  await pglite.transaction(async (tx) => {
    expect(await ingestWebhook(store.using(tx), 'messenger', given)).toMatchObject({ outcome: 'ingested', stored: 1 })
    await tx.rollback()
  })
  expect(await acme.countConversations()).toBe(0)

  await pglite.transaction((tx) => ingestWebhook(store.using(tx), 'messenger', given))
  expect(await acme.countConversations()).toBe(1)
  expect(await ingestWebhook(store, 'messenger', given)).toMatchObject({ stored: 0, duplicates: 1 })
})
