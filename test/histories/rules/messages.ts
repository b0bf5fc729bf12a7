import type { MessageEventInput } from '../../../src/model/event-inputs.js'
import { grouped } from '../grouped.js'
import type { Operation, Told } from '../history.js'
import { type Item, itemsOf } from '../items.js'
import { readMark } from '../random-events.js'
import type { AccountRows, MessageColumns, Violation, World } from '../world.js'

/** Every acknowledged message is stored once, and nothing is stored that no call may have written. */
export function messageRules({ operations, accounts }: World): readonly Violation[] {
  const ofAccount = grouped(operations, ({ accountId }) => accountId)
  return accounts.flatMap((rows) => {
    const own = ofAccount.get(rows.accountId) ?? []
    const items = own.flatMap(itemsOf)
    return [...acknowledged(items, rows), ...hasWriter(own, items, rows)]
  })
}

const idOf = ({ messageId, localId }: Told<MessageEventInput>) => (messageId === undefined ? `local ${localId}` : `channel ${messageId}`)
const customerOf = ({ oaId, customerId }: { readonly oaId: string; readonly customerId: string }) => `${oaId} ${customerId}`

function acknowledged(items: readonly Item[], { contactInboxes, messages }: AccountRows): readonly Violation[] {
  const customers = new Map(contactInboxes.map((row) => [row.id, customerOf({ oaId: row.oa_id, customerId: row.customer_id })]))
  const keys = ({ contact_inbox_id, message_id, local_id }: MessageColumns) => [
    ...(message_id === null ? [] : [`${customers.get(contact_inbox_id)} channel ${message_id}`]),
    ...(local_id === null ? [] : [`${customers.get(contact_inbox_id)} local ${local_id}`]),
  ]
  const stored = grouped(messages.flatMap(keys), (key) => key)
  const storedBy = new Map<string, Item>()
  const found: Violation[] = []
  for (const item of items) {
    for (const [index, event] of item.events.entries()) {
      const outcome = item.results[index]?.outcome
      if (event.type !== 'message' || outcome === undefined) continue
      const key = `${customerOf(item.input)} ${idOf(event)}`
      const count = stored.get(key)?.length ?? 0
      if (count !== 1) found.push(violation('an acknowledged message is there once', `${key} is there ${count} times`, item))
      if (outcome !== 'stored') continue
      const other = storedBy.get(key)
      if (other) found.push(violation('a message is stored by one call', `${key} was stored twice`, other, item))
      storedBy.set(key, item)
    }
  }
  return found
}

/** Each text was given by an event of a call of this account, for this customer, which was not refused. */
function hasWriter(operations: readonly Operation[], items: readonly Item[], rows: AccountRows): readonly Violation[] {
  const calls = new Map(operations.map((operation) => [operation.op, operation]))
  const byMark = new Map(items.map((item) => [`${item.operation.op} ${item.index}`, item]))
  const customers = new Map(rows.contactInboxes.map((row) => [row.id, customerOf({ oaId: row.oa_id, customerId: row.customer_id })]))
  return rows.messages.flatMap(({ id, text, contact_inbox_id }): readonly Violation[] => {
    const mark = readMark(text)
    if (mark === null) return text === '' ? [] : [{ rule: 'a text has a writer', told: `${id}: ${text}`, witness: [] }]
    const item = byMark.get(`${mark.op} ${mark.item}`)
    const event = item?.events[mark.index]
    const customer = customers.get(contact_inbox_id)
    if (item === undefined || event === undefined || customerOf(item.input) !== customer || !('text' in event) || event.text !== text) {
      const call = calls.get(mark.op)
      return [{ rule: 'a text has a writer', told: `${id} of ${customer}: ${text}`, witness: call ? [call] : [] }]
    }
    const outcome = item.outcome === 'ok' ? item.results[mark.index]?.outcome : item.outcome
    if (outcome === 'failed') return [violation('nothing is stored of a refused call', `${id}: ${text}`, item)]
    if (outcome === 'duplicate') return [violation('nothing is stored of a duplicate', `${id}: ${text}`, item)]
    return []
  })
}

function violation(rule: string, told: string, ...items: readonly Item[]): Violation {
  return { rule, told, witness: items.map(({ operation }) => operation) }
}
