import { expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { createNames } from '../../src/postgres/names.js'
import { migrationSteps } from '../../src/postgres/schema/steps.js'
import { onServer } from './scratch-schema.js'

test('the step of groups makes scopes of what aliases have stored, and gives it back when it is undone', async () => {
  const { adapter, query, schema } = await onServer()
  const acme = createConversationStore({ adapter }).forAccount('acme')
  const oaId = 'page'
  const claim = { customerUsername: 'lan', matchUsername: true }
  const step = migrationSteps.find(({ name }) => name === 'groups') ?? expect.fail('there is no such step')
  const run = async (statements: readonly string[]) => {
    for (const statement of statements) await query(statement)
  }
  await acme.upsertConversation({ oaId, customerId: 'lan', ...claim })
  await acme.upsertConversation({ oaId, customerId: 'lan-new', ...claim })
  await acme.upsertConversation({ oaId, customerId: 'mai' })
  await acme.upsertConversationWithEvents({ oaId, customerId: 'lan-new', events: [{ type: 'message', messageId: 'm1', text: 'hi' }] })
  const scopes = () =>
    query(`select h.customer_id, (select array_agg(x.customer_id order by x.customer_id) from "${schema}".contact_inboxes x where x.id = any (h.scopes)) as scopes
      from "${schema}".contact_inboxes h order by h.customer_id`)
  const writtenBy = (table: string) =>
    query(`select i.customer_id from "${schema}".${table} t join "${schema}".contact_inboxes i on i.id = t.contact_inbox_id`)
  expect(await writtenBy('messages')).toEqual([{ customer_id: 'lan' }])

  await run(step.undo(createNames({ schema })))
  expect(await writtenBy('messages')).toEqual([{ customer_id: 'lan-new' }])
  expect(await writtenBy('contact_interaction_events')).toEqual([{ customer_id: 'lan-new' }])

  await run(step.statements(createNames({ schema }), { partitions: null }))
  expect(await scopes()).toEqual([
    { customer_id: 'lan', scopes: ['lan', 'lan-new'] },
    { customer_id: 'lan-new', scopes: null },
    { customer_id: 'mai', scopes: null },
  ])
  expect(await acme.findMessage({ oaId, customerId: 'lan', messageId: 'm1' })).toMatchObject({ text: 'hi' })
  expect(await adapter.checkSchema()).toMatchObject({ ok: true, missing: [], different: [] })
  const again = await acme.upsertConversationWithEvents({
    oaId,
    customerId: 'lan',
    events: [{ type: 'message', messageId: 'm1', text: 'x' }],
  })
  expect(again).toMatchObject({ outcome: 'duplicate', duplicates: 1 })
})
