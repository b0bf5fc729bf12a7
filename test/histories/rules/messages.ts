import type { MessageEventInput } from '../../../src/model/event-inputs.js'
import { grouped } from '../grouped.js'
import { headsOf } from '../heads.js'
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

/**
 * A message that an id brought is there once for this id, or under another id of the person: that one brought it as
 * well, or a fold has taken it. One that is a duplicate by a username alone, which links nothing, is in the inbox. A
 * reply may be there by the channel's id for it alone, where the channel gave the replies to two ids of the person one
 * id: of their local ids the fold keeps one. A fold can also give the local id to a message that another id brought: so
 * there are as many messages with it under one id as there are ids of the person under which it was given.
 */
function acknowledged(items: readonly Item[], rows: AccountRows): readonly Violation[] {
  const { messages } = rows
  const people = peopleOf(rows)
  const keys = ({ message_id, local_id }: MessageColumns, whose: string | undefined) => [
    ...(message_id === null ? [] : [`${whose} channel ${message_id}`]),
    ...(local_id === null ? [] : [`${whose} local ${local_id}`]),
  ]
  const stored = grouped(
    messages.flatMap((row) => keys(row, people.customers.get(exactInbox(row)))),
    (key) => key,
  )
  const ofInbox = new Set(messages.flatMap((row) => keys(row, people.oaIds.get(exactInbox(row)))))
  const ofPerson = new Set(messages.flatMap((row) => keys(row, people.byInbox.get(exactInbox(row)))))
  const personOf = (customer: { readonly oaId: string; readonly customerId: string }) => people.byCustomer.get(customerOf(customer))
  const sentAs = grouped(
    items.flatMap(({ input, events }) => sendings(personOf(input), events)),
    ({ reply }) => reply,
  )
  const givenUnder = grouped(
    items.flatMap(({ input, events }) =>
      localIdsOf(events).map((localId) => ({ id: `${personOf(input)} local ${localId}`, customer: customerOf(input) })),
    ),
    ({ id }) => id,
  )
  const storedBy = new Map<string, Item>()
  const found: Violation[] = []
  for (const item of items) {
    for (const [index, event] of item.events.entries()) {
      const outcome = item.results[index]?.outcome
      if (event.type !== 'message' || outcome === undefined) continue
      const key = `${customerOf(item.input)} ${idOf(event)}`
      const isByUsername = outcome === 'duplicate' && item.input.matchUsername === true
      const person = personOf(item.input)
      const whose = isByUsername ? item.input.oaId : person
      const ids = [idOf(event), ...(sentAs.get(`${person} ${idOf(event)}`) ?? []).map(({ id }) => id)]
      const isOfPerson = ids.some((id) => (isByUsername ? ofInbox : ofPerson).has(`${whose} ${id}`))
      const count = stored.get(key)?.length ?? (isOfPerson ? 1 : 0)
      const most = new Set(givenUnder.get(`${person} ${idOf(event)}`)?.map(({ customer }) => customer)).size
      if (count < 1 || count > Math.max(1, most))
        found.push(violation('an acknowledged message is there once', `${key} is there ${count} times`, item))
      if (outcome !== 'stored') continue
      const other = storedBy.get(key)
      if (other) found.push(violation('a message is stored by one call', `${key} was stored twice`, other, item))
      storedBy.set(key, item)
    }
  }
  return found
}

/** The replies to a person of which the host told the channel's id, under whichever of the person's ids. */
function sendings(person: string | undefined, events: Item['events']) {
  return events.flatMap((event) =>
    event.type === 'message_sent' ? [{ reply: `${person} local ${event.localId}`, id: `channel ${event.messageId}` }] : [],
  )
}

function localIdsOf(events: Item['events']): readonly string[] {
  return events.flatMap((event) => ('localId' in event && event.localId !== undefined ? [event.localId] : []))
}

/** Each text was given by an event of a call of this account, for an id of this person, which was not refused. */
function hasWriter(operations: readonly Operation[], items: readonly Item[], rows: AccountRows): readonly Violation[] {
  const calls = new Map(operations.map((operation) => [operation.op, operation]))
  const byMark = new Map(items.map((item) => [`${item.operation.op} ${item.index}`, item]))
  const people = peopleOf(rows)
  return rows.messages.flatMap((row): readonly Violation[] => {
    const { id, text } = row
    const mark = readMark(text)
    if (mark === null) return text === '' ? [] : [{ rule: 'a text has a writer', told: `${id}: ${text}`, witness: [] }]
    const item = byMark.get(`${mark.op} ${mark.item}`)
    const event = item?.events[mark.index]
    const person = people.byInbox.get(exactInbox(row))
    const isTheirs = item !== undefined && people.byCustomer.get(customerOf(item.input)) === person
    if (!isTheirs || event === undefined || !('text' in event) || event.text !== text) {
      const call = calls.get(mark.op)
      return [
        { rule: 'a text has a writer', told: `${id} of ${people.customers.get(exactInbox(row))}: ${text}`, witness: call ? [call] : [] },
      ]
    }
    const outcome = item.outcome === 'ok' ? item.results[mark.index]?.outcome : item.outcome
    if (outcome === 'failed') return [violation('nothing is stored of a refused call', `${id}: ${text}`, item)]
    if (outcome === 'duplicate') return [violation('nothing is stored of a duplicate', `${id}: ${text}`, item)]
    return []
  })
}

/** Who is one person: by contact inbox, and by customer. A person has the id of the head. */
function peopleOf({ contactInboxes }: AccountRows) {
  const nameOf = (row: AccountRows['contactInboxes'][number]) => customerOf({ oaId: row.oa_id, customerId: row.customer_id })
  const byInbox = headsOf({ contactInboxes })
  return {
    customers: new Map(contactInboxes.map((row) => [row.id, nameOf(row)])),
    oaIds: new Map(contactInboxes.map((row) => [row.id, row.oa_id])),
    byInbox,
    byCustomer: new Map(contactInboxes.map((row) => [nameOf(row), byInbox.get(row.id)])),
  }
}

function exactInbox({ contact_inbox_id, own_id }: MessageColumns): string {
  return own_id ?? contact_inbox_id
}

function violation(rule: string, told: string, ...items: readonly Item[]): Violation {
  return { rule, told, witness: items.map(({ operation }) => operation) }
}
