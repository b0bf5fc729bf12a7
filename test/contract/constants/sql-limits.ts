import { changedConstants } from './changed-constants.js'
import { newCustomer, type Room, refuses } from './room.js'

interface Item {
  readonly [key: string]: unknown
}

let operations = 0

/**
 * Checks that an item with each of these values is stored, and refused with one byte more, in every way of the SQL
 * functions.
 */
export async function holdsBytes(room: Room, most: number, items: readonly ((text: string) => Item)[], fill = plain): Promise<void> {
  for (const item of items) {
    await onEachWay(room, () => item(fill(most)), null)
    await onEachWay(room, () => item(fill(most + 1)), '23514')
  }
}

function plain(bytes: number): string {
  return 'x'.repeat(bytes)
}

async function onEachWay({ sql }: Room, item: () => Item, code: string | null): Promise<void> {
  if (sql === null) return
  const named = () => ({ account_id: 'sql', operation_id: `op-${++operations}`, oa_id: 'page', customer_id: newCustomer().customerId })
  const known = named()
  const bulkKnown = named()
  for (const customer of [known, bulkKnown]) await sql('upsert_conversation_with_events', customer)
  const singles = [named(), { ...known, operation_id: `op-${++operations}` }]
  const bulks = [named(), { ...bulkKnown, operation_id: `op-${++operations}` }]
  for (const single of singles) await outcome(sql('upsert_conversation_with_events', { ...single, ...item() }), code)
  for (const { account_id, ...bulk } of bulks) {
    const conversations = [
      { oa_id: 'page', customer_id: newCustomer().customerId },
      { ...bulk, ...item() },
    ]
    await outcome(sql('bulk_upsert_conversations_with_events', { account_id, conversations }), code)
  }
}

async function outcome(call: Promise<unknown>, code: string | null): Promise<void> {
  if (code === null) await call
  else await refuses(call, code)
}

const message = (more: object) => ({ events: [{ type: 'message', message_id: 'm', text: 'x', ...more }] })

export const idItems: readonly ((id: string) => Item)[] = [
  (id) => ({ customer_id: `${newCustomer().customerId}${id}`.slice(-id.length) }),
  (id) => ({ operation_id: `${++operations}${id}`.slice(0, id.length) }),
  (id) => ({ conversation_id: `${++operations}${id}`.slice(0, id.length) }),
  (id) => ({ patch: { chatbot_id: id } }),
  (id) => message({ message_id: id }),
  (id) => message({ sender_type: 'agent', sender_id: id }),
  (id) => message({ reply_to: id }),
  (id) => message({ message_id: null, local_id: 'l', dedupe_key: id }),
  (id) => ({ events: [{ type: `custom:${id}`.slice(0, id.length) }] }),
]

export const nameItems: readonly ((name: string) => Item)[] = [
  (name) => ({ patch: { nickname: name } }),
  (name) => ({ patch: { customer_name: name } }),
  (name) => message({ sender_name: name }),
]

export const textItems: readonly ((text: string) => Item)[] = [
  (text) => message({ text }),
  (text) => ({ events: [{ type: 'message_edit', target_message_id: 'm', text }] }),
]

/**
 * The limit of the SQL functions for a document. PostgreSQL writes JSON with spaces, so it is twice the bytes that the
 * library counts.
 */
export const documentBytes = 2 * changedConstants.limits.metadataBytes
export const documentItems: readonly ((value: string) => Item)[] = [
  (value) => ({ patch: { metadata: { k: value } } }),
  (value) => message({ metadata: { k: value } }),
  (value) => ({ events: [{ type: 'postback', payload: { k: value } }] }),
]
export function documentValue(bytes: number): string {
  return 'x'.repeat(bytes - '{"k": ""}'.length)
}

/** Calls the SQL functions with so many conversations, and with so many events. */
export async function holdsCounts({ sql }: Room, conversations: number, events: number, code: string | null): Promise<void> {
  if (sql === null) return
  const items = Array.from({ length: conversations }, () => ({ oa_id: 'page', customer_id: newCustomer().customerId }))
  const messages = Array.from({ length: events }, (_, index) => ({ type: 'message', message_id: `m${index}`, text: 'x' }))
  const [first, ...others] = items
  await outcome(
    sql('bulk_upsert_conversations_with_events', { account_id: 'sql', conversations: [{ ...first, events: messages }, ...others] }),
    code,
  )
  if (conversations > 1) return
  const known = { account_id: 'sql', oa_id: 'page', customer_id: newCustomer().customerId }
  const unseen = { ...known, customer_id: newCustomer().customerId }
  await sql('upsert_conversation_with_events', { ...known, operation_id: `op-${++operations}` })
  for (const customer of [known, unseen])
    await outcome(sql('upsert_conversation_with_events', { ...customer, operation_id: `op-${++operations}`, events: messages }), code)
}
