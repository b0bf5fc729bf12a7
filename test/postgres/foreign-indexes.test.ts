import { describe, expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { isServerAbsent } from '../contract/server.js'
import { onPglite, onServer } from './scratch-schema.js'

const twice = { type: 'message', messageId: 'm1', text: 'Hello?' } as const

describe.each([
  ['PGlite', false, onPglite],
  ['PostgreSQL', isServerAbsent('postgres'), onServer],
] as const)('a unique index that is not the store’s on %s', (_, isAbsent, open) => {
  const opened = async (options: { readonly tablePrefix?: string } = {}) => {
    const { adapter, schema, query } = await open(options)
    const store = createConversationStore({ adapter })
    return { store, schema, query, acme: store.forAccount('acme') }
  }

  test.skipIf(isAbsent)('is the answer of the write that it refuses, once, and nothing is written', async () => {
    const { store, schema, query, acme } = await opened()
    await query(`create unique index conversations_oa_key on "${schema}".conversations (oa_id, customer_id)`)
    const customer = { oaId: 'page', customerId: 'lan' }
    await acme.upsertConversationWithEvents({ ...customer, events: [twice] })
    await acme.closeConversation(customer)
    const refused = {
      code: 'FOREIGN_UNIQUE_INDEX',
      details: { table: 'conversations', index: 'conversations_oa_key' },
      retryable: false,
      outcome: 'not_applied',
      message: expect.stringContaining(
        "the unique index conversations_oa_key of conversations refused the write, and it is not the store's",
      ),
    }
    for (const write of [
      () => acme.upsertConversation(customer),
      () => acme.upsertConversationWithEvents({ ...customer, events: [{ ...twice, messageId: 'm2' }] }),
      () => acme.bulkUpsertConversationsWithEvents({ conversations: [customer], atomic: false }),
      () => store.forAccount('umbrella').upsertConversation(customer),
    ]) {
      await expect(write()).rejects.toMatchObject(refused)
    }
    expect(await query(`select account_id, status from "${schema}".conversations`)).toEqual([{ account_id: 'acme', status: 'closed' }])
    expect(await query(`select message_id from "${schema}".messages`)).toEqual([{ message_id: 'm1' }])
  })

  test.skipIf(isAbsent)('is the answer too where it is over a customer’s own row', async () => {
    const { store, schema, query, acme } = await opened()
    await query(`alter table "${schema}".contact_inboxes add constraint one_customer unique (oa_id, customer_id)`)
    const customer = { oaId: 'page', customerId: 'lan' }
    await acme.upsertConversation(customer)
    const umbrella = store.forAccount('umbrella')
    const refused = { code: 'FOREIGN_UNIQUE_INDEX', details: { table: 'contact_inboxes', index: 'one_customer' } }
    await expect(umbrella.upsertConversation(customer)).rejects.toMatchObject(refused)
    await expect(umbrella.upsertConversationWithEvents({ ...customer, events: [twice] })).rejects.toMatchObject(refused)
    await expect(umbrella.bulkUpsertConversationsWithEvents({ conversations: [customer] })).rejects.toMatchObject(refused)
  })

  test.skipIf(isAbsent)('is told by checkSchema, under any prefix, and the store’s own are not', async () => {
    const { store, schema, query } = await opened({ tablePrefix: 'cs_' })
    expect(await store.checkSchema()).toMatchObject({ ok: true, missing: [], different: [] })
    expect(await store.checkSchema()).not.toHaveProperty('foreign')
    await query(`create unique index one_text on "${schema}".cs_messages (text)`)
    await query(`create index many_texts on "${schema}".cs_messages (text)`)
    expect(await store.checkSchema()).toMatchObject({
      ok: false,
      missing: [],
      different: [],
      foreign: ['one_text, unique on messages (text)'],
    })
  })

  test.skipIf(isAbsent)('is told by migrate when it brings the schema to its version', async () => {
    const { store, schema, query } = await opened()
    await query(`create unique index one_text on "${schema}".messages (text)`)
    expect(await store.migrate()).toEqual({ applied: [], schema: expect.any(Number) })
    await query(`delete from "${schema}".conversation_store_migrations where name like '%functions%'`)
    expect(await store.migrate()).toMatchObject({ foreign: ['one_text, unique on messages (text)'] })
  })
})
