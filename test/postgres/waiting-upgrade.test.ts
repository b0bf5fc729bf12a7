import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { latestSchema } from '../../src/postgres/schema/steps.js'
import { forgetSteps } from './forget-steps.js'
import { onServer } from './scratch-schema.js'

const lan = { oaId: 'page', customerId: 'lan' }
const anna = { oaId: 'page', customerId: 'anna' }
const reaction = (targetMessageId: string) => ({ type: 'reaction', targetMessageId, emoji: '❤' }) as const

test('what waited without bounds under schema 2 keeps to them after the upgrade, and whatever is dropped is counted', async () => {
  const { adapter, query, schema } = await onServer()
  const account = createConversationStore({ adapter }).forAccount('acme')
  for (const key of [lan, anna]) await account.upsertConversationWithEvents({ ...key, events: [reaction('m0')] })
  await forgetSteps(query, schema, 3)
  await query(`drop index "${schema}".idx_conversations_unread`)
  const events = `"${schema}".contact_interaction_events`
  const columns = 'account_id, contact_inbox_id, type, local_id, sender_id, direction, payload, operation_id, occurred_at'
  /** Rows like the one that waits, the last of which has just come: m1 is the oldest. */
  const wait = (customerId: string, count: number, old: number) =>
    query(
      `insert into ${events} (${columns}, id, dedupe_key, target_message_id, created_at)
      select ${columns
        .split(', ')
        .map((column) => `e.${column}`)
        .join(', ')}, 'w-' || $1::text || n, 'w-' || n, 'm' || n,
        now() - (case when n <= $3 then interval '40 days' else interval '0' end) - ($2::integer - n) * interval '1 second'
      from ${events} e join "${schema}".contact_inboxes ci on ci.account_id = e.account_id and ci.id = e.contact_inbox_id
      cross join generate_series(1, $2::integer) n where ci.customer_id = $1 and e.target_message_id = 'm0'`,
      [customerId, count, old],
    )
  await wait('lan', 1500, 300)
  await wait('anna', 5, 5)
  await query(`delete from ${events} where target_message_id = 'm0'`)

  equal((await adapter.migrate()).schema, latestSchema)
  deepEqual(await adapter.checkSchema(), { ok: true, schema: latestSchema, missing: [], different: [] })

  const stateOf = async (customerId: string) => {
    const [row] = await query(
      `select (select count(*)::integer from ${events} e where e.account_id = ci.account_id and e.contact_inbox_id = ci.id and e.conversation_id is null) as waiting,
        (select count(*)::integer from ${events} e where e.account_id = ci.account_id and e.contact_inbox_id = ci.id and e.conversation_id is null
          and e.created_at < now() - interval '30 days') as overdue, ci.dropped_events::integer as dropped
      from "${schema}".contact_inboxes ci where ci.customer_id = $1`,
      [customerId],
    )
    return { waiting: Number(row?.waiting), overdue: Number(row?.overdue), dropped: Number(row?.dropped) }
  }
  deepEqual(await stateOf('lan'), { waiting: 1500, overdue: 300, dropped: 0 })
  // A write drops a bounded number, so a few of them bring a customer down to the bounds.
  for (let written = 1; written <= 6; written++) {
    await account.upsertConversationWithEvents({ ...lan, events: [reaction(`late ${written}`)] })
    const { waiting, dropped } = await stateOf('lan')
    equal(waiting + dropped, 1500 + written)
  }
  deepEqual(await stateOf('lan'), { waiting: 1000, overdue: 0, dropped: 506 })
  await account.upsertConversationWithEvents({ ...lan, events: [{ type: 'message', messageId: 'm1500', text: 'the target' }] })
  equal((await account.findMessage({ ...lan, messageId: 'm1500' }))?.reactions.length, 1)
  deepEqual(await account.sweep(), { expiredEvents: 5, more: false })
  deepEqual(await stateOf('anna'), { waiting: 0, overdue: 0, dropped: 5 })
  ok((await query(`select 1 from ${events} where conversation_id is not null`)).length === 2)
})
