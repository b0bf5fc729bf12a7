import fc from 'fast-check'
import type { AccountMethod } from '../../../src/contract/sound-calls.js'
import type { OnClosed } from '../../../src/model/records.js'
import type { JournalMethod } from '../../histories/call.js'
import { deliveries } from './delivery-arbitraries.js'
import { events } from './event-arbitraries.js'
import { historyStep, localId, messageId, metadata, occurredAt, sometimes } from './few-values.js'
import { journalCalls } from './journal-arbitraries.js'
import { moveCalls, thereAndBack } from './move-arbitraries.js'
import type { Call, Customer, NamedCustomer, OfHistory, Operation, Target, Upsert } from './operation.js'
import { syncCalls } from './sync-arbitraries.js'

const inbox = fc.nat(2)
const customer: fc.Arbitrary<Customer> = fc.record({ inbox, customer: fc.nat(4) })
const target: fc.Arbitrary<Target> = fc.oneof(customer, fc.record({ known: fc.nat(30) }))
const version = fc.integer({ min: 0, max: 4 })
const username = fc.constantFrom('lan', '@Lan', 'hoa')
const channel = fc.constantFrom('api', 'messenger', 'sms', 'telegram')
const onClosed: fc.Arbitrary<OnClosed> = fc.constantFrom<OnClosed>('new', 'reopen', { reopenWithin: 2 }, { reopenWithin: 60_000 })

const patch = sometimes({
  nickname: fc.constantFrom(null, '$n', 'Lan'),
  customerName: fc.constantFrom(null, 'Lan', 'Hoa'),
  customerUsername: fc.option(username),
  chatbotId: fc.constantFrom(null, 'bot'),
  metadata,
})

/** Kinds that fit the customers' numbers, so that some of the ids are one person's and others conflict. */
const identities = fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 3 }).map((customers) => customers.map(nameOf))

/** The ids of a payload have the customer's own among them. */
function namedWith(customer: number, others: readonly NamedCustomer[]): readonly NamedCustomer[] {
  return others.some((other) => other.customer === customer) ? others : [nameOf(customer), ...others.slice(0, 2)]
}

function nameOf(customer: number): NamedCustomer {
  return { customer, kind: ['phone', 'user_id', 'lid'][customer % 3] ?? 'phone' }
}

const upsert: fc.Arbitrary<Upsert> = fc
  .tuple(
    customer,
    fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 2, arbitrary: patch }),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.record({ channel }) },
      { weight: 1, arbitrary: fc.record({ expectedVersion: fc.oneof(version, fc.constant('absent' as const)) }) },
      { weight: 1, arbitrary: fc.record({ onClosed }) },
    ),
    fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: username }),
    fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: identities }),
  )
  .map(([who, what, how, name, others]) => ({
    ...who,
    ...how,
    patch: name ? { ...what, customerUsername: name } : what,
    ...(name && { matchUsername: true }),
    ...(others && { identities: namedWith(who.customer, others) }),
  }))
const ofHistory: fc.Arbitrary<OfHistory> = sometimes({
  opens: fc.constantFrom('open' as const, 'closed' as const),
  markUnread: fc.boolean(),
})
/** What is said of history goes only with a write that has some. */
const written = (most: { readonly minLength?: number; readonly maxLength: number }) =>
  fc
    .tuple(upsert, fc.array(events, most), ofHistory)
    .map(([to, list, more]) => ({ ...to, ...(list.some((each) => 'history' in each && each.history) && more), events: list }))
const item = written({ maxLength: 3 })
const filter = sometimes({
  inbox,
  customer: fc.nat(4),
  status: fc.constantFrom<'open' | 'snoozed' | 'closed' | 'active'>('open', 'snoozed', 'closed', 'active'),
  chatbotId: fc.constant('bot'),
  unread: fc.boolean(),
  updatedSince: occurredAt,
})
const limit = fc.integer({ min: 1, max: 4 })
const token = fc.integer({ min: 1, max: 4 })
const known = fc.nat(30)
const expected = sometimes({ expectedVersion: version })

/** How often each method is called, and with which values. A method that is added without a call does not compile. */
const callsOf: { readonly [M in AccountMethod | JournalMethod | 'findInboxOwner']: fc.WeightedArbitrary<Call> } = {
  upsertConversationWithEvents: {
    weight: 12,
    arbitrary: written({ minLength: 1, maxLength: 5 }).map((to) => ({ verb: 'write' as const, ...to })),
  },
  upsertConversation: { weight: 5, arbitrary: upsert.map((to) => ({ verb: 'upsert' as const, ...to })) },
  bulkUpsertConversationsWithEvents: {
    weight: 3,
    arbitrary: fc.record({
      verb: fc.constant('bulk' as const),
      atomic: fc.boolean(),
      items: fc.array(item, { minLength: 1, maxLength: 4 }),
    }),
  },
  updateConversation: {
    weight: 2,
    arbitrary: fc.tuple(target, patch, expected).map(([to, what, when]) => ({ verb: 'update' as const, target: to, patch: what, ...when })),
  },
  updateNickname: {
    weight: 1,
    arbitrary: fc.record({ verb: fc.constant('nickname' as const), target, nickname: fc.constantFrom(null, '$n', 'x') }),
  },
  markRead: {
    weight: 3,
    arbitrary: fc
      .tuple(target, fc.oneof(sometimes({ seq: fc.nat(8) }), fc.record({ upToTime: occurredAt })))
      .map(([to, upTo]) => ({ verb: 'read' as const, target: to, ...upTo })),
  },
  markUnread: {
    weight: 2,
    arbitrary: fc.tuple(target, expected).map(([to, when]) => ({ verb: 'unread' as const, target: to, ...when })),
  },
  closeConversation: {
    weight: 3,
    arbitrary: fc.tuple(target, expected).map(([to, when]) => ({ verb: 'close' as const, target: to, ...when })),
  },
  reopenConversation: {
    weight: 2,
    arbitrary: fc.tuple(target, expected).map(([to, when]) => ({ verb: 'reopen' as const, target: to, ...when })),
  },
  snoozeConversation: {
    weight: 2,
    arbitrary: fc.record({ verb: fc.constant('snooze' as const), target, minutes: fc.integer({ min: -1, max: 2 }) }),
  },
  wakeDue: { weight: 1, arbitrary: fc.record({ verb: fc.constant('wake' as const), limit }) },
  sweep: { weight: 1, arbitrary: limit.map((most) => ({ verb: 'sweep' as const, limit: most })) },
  applyReceipt: {
    weight: 1,
    arbitrary: fc.record({
      verb: fc.constant('receipt' as const),
      inbox,
      status: fc.constantFrom('delivered' as const, 'read' as const),
      messageId,
    }),
  },
  mergeConversations: {
    weight: 3,
    arbitrary: fc.record({ verb: fc.constant('merge' as const), keep: target, lose: target, link: fc.boolean() }),
  },
  unmergeConversations: { weight: 2, arbitrary: fc.record({ verb: fc.constant('unmerge' as const), merge: fc.nat(8) }) },
  mergeContacts: { weight: 2, arbitrary: fc.record({ verb: fc.constant('merge contacts' as const), keep: customer, lose: customer }) },
  unmergeContacts: { weight: 2, arbitrary: fc.record({ verb: fc.constant('unmerge contacts' as const), merge: fc.nat(8) }) },
  linkCustomerIds: {
    weight: 2,
    arbitrary: fc
      .tuple(
        inbox,
        identities.filter(({ length }) => length > 1),
      )
      .map(([number, named]) => ({ verb: 'link' as const, inbox: number, identities: named })),
  },
  findConversation: { weight: 1, arbitrary: known.map((id) => ({ verb: 'find' as const, target: { known: id }, any: false })) },
  findByOaAndCustomer: { weight: 1, arbitrary: fc.record({ verb: fc.constant('find' as const), target: customer, any: fc.boolean() }) },
  findByOa: { weight: 1, arbitrary: fc.record({ verb: fc.constant('list by inbox' as const), inbox, filter, limit }) },
  findByChatbotId: { weight: 1, arbitrary: fc.record({ verb: fc.constant('list by chatbot' as const), filter, limit }) },
  listConversations: { weight: 2, arbitrary: fc.record({ verb: fc.constant('list' as const), filter, limit }) },
  countConversations: { weight: 1, arbitrary: fc.record({ verb: fc.constant('count' as const), filter }) },
  findMessage: {
    weight: 1,
    arbitrary: fc
      .tuple(customer, fc.oneof(fc.record({ messageId }), fc.record({ localId })))
      .map(([who, id]) => ({ verb: 'message' as const, ...who, ...id })),
  },
  listMessages: {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.record({ known, order: fc.constantFrom('oldest' as const, 'newest' as const), limit }),
        fc.oneof(fc.record({ by: fc.constantFrom('time' as const, 'seq' as const) }), fc.record({ afterSeq: fc.nat(8) })),
      )
      .map(([what, how]) => ({ verb: 'messages' as const, ...what, ...how })),
  },
  listEvents: { weight: 1, arbitrary: fc.record({ verb: fc.constant('events' as const), known, afterEventSeq: fc.nat(5), limit }) },
  findContact: { weight: 1, arbitrary: customer.map((who) => ({ verb: 'contact' as const, ...who })) },
  updateContact: {
    weight: 1,
    arbitrary: fc.tuple(customer, fc.constantFrom(null, 'Mrs Lan')).map(([who, name]) => ({ verb: 'name contact' as const, ...who, name })),
  },
  connectInbox: {
    weight: 2,
    arbitrary: fc
      .tuple(inbox, channel, fc.option(onClosed), sometimes({ chatbotId: fc.constant('bot') }))
      .map(([number, on, policy, bot]) => ({ verb: 'connect' as const, inbox: number, channel: on, onClosed: policy, ...bot })),
  },
  disconnectInbox: { weight: 1, arbitrary: fc.record({ verb: fc.constant('disconnect' as const), inbox }) },
  redirectInbox: {
    weight: 2,
    arbitrary: fc.record({ verb: fc.constant('redirect' as const), inbox, to: fc.option(inbox) }).filter((call) => call.to !== call.inbox),
  },
  recordHistoryProgress: {
    weight: 1,
    arbitrary: fc.record({ verb: fc.constant('history' as const), inbox, step: historyStep }),
  },
  listInboxes: { weight: 1, arbitrary: fc.record({ verb: fc.constant('inboxes' as const), limit }) },
  findInboxOwner: { weight: 1, arbitrary: fc.record({ verb: fc.constant('owner' as const), inbox, channel }) },
  ...syncCalls({ inbox, item, limit }),
  ...moveCalls({ inbox, limit }),
  ...journalCalls,
  acquireLease: {
    weight: 1,
    arbitrary: fc.record({ verb: fc.constant('acquire lease' as const), inbox, holder: fc.constantFrom('$a', 'b') }),
  },
  renewLease: { weight: 1, arbitrary: fc.record({ verb: fc.constant('renew lease' as const), inbox, token }) },
  releaseLease: { weight: 1, arbitrary: fc.record({ verb: fc.constant('release lease' as const), inbox, token }) },
  listLeases: {
    weight: 1,
    arbitrary: fc
      .record({ limit })
      .chain((page) =>
        sometimes({ kind: fc.constantFrom('sync', 'other') }).map((kind) => ({ verb: 'leases' as const, ...page, ...kind })),
      ),
  },
}

/**
 * Random calls, with what is told of single replies among them, for as many accounts as `accounts` says. The ids of the
 * accounts' records collide in everything except the account.
 */
export function operations(accounts: number, length: number): fc.Arbitrary<readonly Operation[]> {
  const stamp = fc.record({
    milliseconds: fc.constantFrom(0, 0, 1, 2, 1_000, 60_000),
    isReplyLost: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  })
  const account = fc.nat(accounts - 1)
  const any = fc
    .record({ account, stamp, call: fc.oneof(...Object.values(callsOf)) })
    .map(({ stamp: when, ...what }) => [{ ...what, ...when }])
  const delivery = fc
    .record({ account, stamp, who: customer, calls: deliveries })
    .map(({ account: id, stamp: when, who, calls }) =>
      calls.map((list) => ({ account: id, call: { verb: 'write' as const, ...who, patch: {}, events: list }, ...when })),
    )
  const [others, items] = [fc.oneof(...Object.values(callsOf)), written({ minLength: 1, maxLength: 3 })]
  const move = fc
    .record({ account, stamp, calls: thereAndBack({ inbox, others, items }) })
    .map(({ account: id, stamp: when, calls }) => calls.map((call) => ({ account: id, call, ...when })))
  const several = fc.oneof({ weight: 36, arbitrary: any }, { weight: 3, arbitrary: delivery }, { weight: 1, arbitrary: move })
  return fc.array(several, { minLength: length, maxLength: length, size: 'max' }).map((each) => each.flat().slice(0, length))
}
