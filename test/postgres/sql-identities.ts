import type { ScratchSchema } from './scratch-schema.js'

export const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()
export const P = { id: 'P', kind: 'phone' }
export const U = { id: 'U', kind: 'user_id' }
export const said = (messageId: string, minute: number) => ({
  type: 'message',
  message_id: messageId,
  text: `text of ${messageId}`,
  occurred_at: at(minute),
})
export const replied = (messageId: string, minute: number) => ({ ...said(messageId, minute), direction: 'outbound', sender_type: 'agent' })
export const receipt = (messageId: string, minute: number) => ({
  type: 'receipt',
  status: 'read',
  target_message_id: messageId,
  occurred_at: at(minute),
})
export const change = (previous: object[], current: object[], minute: number) => ({
  type: 'identity_change',
  previous,
  current,
  occurred_at: at(minute),
})

interface Result {
  readonly outcome: string
  readonly conversation: { readonly id: string }
  readonly conflicts?: unknown
}

export interface Item {
  customer_id: string
  identities?: object[]
  events?: object[]
  [key: string]: unknown
}

/** Calls the functions as a program in another language does. */
export function functionsOf({ query, schema }: ScratchSchema) {
  let calls = 0
  const item = (given: Item) => ({ oa_id: 'page', channel: 'whatsapp', ...given })
  const stamp = () => {
    calls += 1
    return { account_id: 'acme', operation_id: `op${calls}`, now: at(1000 + calls) }
  }
  const call = async (name: string, payload: object) =>
    (await query(`select "${schema}".${name}($1::jsonb) as result`, [JSON.stringify(payload)]))[0]?.result
  return {
    write: async (given: Item) => (await call('upsert_conversation_with_events', { ...stamp(), ...item(given) })) as Result,
    bulk: async (more: object, ...items: Item[]) =>
      (await call('bulk_upsert_conversations_with_events', { ...stamp(), ...more, conversations: items.map(item) })) as Result[],
    link: async (...identities: object[]) => (await call('link_customer_ids', { ...stamp(), oa_id: 'page', identities })) as Result,
    rows: (table: string, order = 'created_at, id') => query(`select * from "${schema}".${table} order by ${order}`),
    /** The group of each head: its customer id, and all of its ids. */
    groups: async () =>
      (
        await query(`select customer_id, identities from "${schema}".contact_inboxes where canonical_id is null order by created_at, id`)
      ).map((row) => [
        row.customer_id,
        ((row.identities ?? []) as Record<string, unknown>[])
          .map((e) => `${e.id}${e.former_since === null ? '' : ' (former)'}${e.disputed_since ? ' (disputed)' : ''}`)
          .join(', '),
      ]),
  }
}
