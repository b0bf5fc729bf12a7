import { equal, rejects } from 'node:assert/strict'
import { escapeIdentifier } from 'pg'
import { test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { onServer } from './scratch-schema.js'

const name = { kind: 'sync', key: 'page' }

test('a program that calls by SQL writes under a lease only while it is the token’s', async () => {
  const { adapter, schema, query } = await onServer()
  const account = createConversationStore({ adapter }).forAccount('acme')
  const answer = await account.acquireLease({ ...name, holder: 'a', ttlMs: 60_000 })
  const token = answer.acquired ? answer.lease.token : 0
  const [held, lost] = [token, token + 1].map((each) => ({ ...name, token: each }))
  const events = [{ type: 'message', message_id: 'm1', text: 'x' }]
  const call = async (fn: string, payload: object) => {
    const [row] = await query(`select ${escapeIdentifier(schema)}.${fn}($1::jsonb) as result`, [JSON.stringify(payload)])
    return row?.result as { readonly outcome: string }
  }
  const single = (payload: object) =>
    call('upsert_conversation_with_events', { account_id: 'acme', oa_id: 'page', customer_id: 'lan', ...payload })
  const bulk = (payload: object) =>
    call('bulk_upsert_conversations_with_events', {
      account_id: 'acme',
      conversations: [{ oa_id: 'page', customer_id: 'lan', events }],
      ...payload,
    })

  equal((await single({ lease: held, operation_id: 'op1', events })).outcome, 'created')
  equal((await single({ lease: held, operation_id: 'op2', patch: { nickname: 'x' } })).outcome, 'updated')
  await bulk({ lease: null })
  for (const refused of [single({ lease: lost, operation_id: 'op3', patch: { nickname: 'y' } }), bulk({ lease: lost })]) {
    await rejects(refused, { code: 'CS004', message: 'LEASE_LOST' })
  }
  for (const lease of [1, {}, name, { ...name, token: '1' }, { ...name, token: 1, more: 1 }]) {
    await rejects(single({ lease, events }), { code: '22023', message: 'lease: must be { kind, key, token }' })
  }
  equal((await account.findByOaAndCustomer({ oaId: 'page', customerId: 'lan' }))?.nickname, 'x')
})
