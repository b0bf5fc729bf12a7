import { type Account, type Calls, messages } from './counted-calls.js'

const oaId = 'page2'
const of = (customerId: string) => ({ oaId, customerId })
const customer = of('c102')
const phone = { id: 'c102', kind: 'phone' }
const userId = { id: 'VN.1', kind: 'user_id' }

/** What was made before, to be found or undone. */
export interface Prepared {
  readonly mergeOfConversations: string
  readonly mergeOfContacts: string
}

/**
 * Makes one conversation, one contact and one person of two, each in another place, gives a customer a username, and
 * another one a reply.
 */
export async function prepare(account: Account): Promise<Prepared> {
  const { mergeId: mergeOfConversations } = await account.mergeConversations({ keep: of('c1002'), lose: of('c1012') })
  const { mergeId: mergeOfContacts } = await account.mergeContacts({ keep: of('c1022'), lose: of('c1032') })
  await account.linkCustomerIds({
    oaId,
    identities: [
      { id: 'c1042', kind: 'phone' },
      { id: 'alias', kind: 'user_id' },
    ],
  })
  await account.upsertConversation({ ...of('c1052'), customerUsername: 'lan', matchUsername: true })
  await account.upsertConversationWithEvents({
    ...of('c1062'),
    events: [{ type: 'message', direction: 'outbound', messageId: 'reply', text: 'hi' }],
  })
  return { mergeOfConversations, mergeOfContacts }
}

/** The writes that ask who somebody is, or make one of two. */
export const writesOfPeople: Calls<Prepared> = {
  'a message that names another id of its sender': {
    call: (account) => account.upsertConversationWithEvents({ ...customer, identities: [phone, userId], events: messages(1) }),
    rows: { contact_inboxes: [1, 3, 0], contact_interaction_events: [1, 0, 0], conversations: [0, 3, 0], messages: [1, 0, 0] },
  },
  'a message that makes one person of two': {
    call: (account) =>
      account.upsertConversationWithEvents({ ...customer, identities: [phone, { id: 'c112', kind: 'user_id' }], events: messages(1) }),
    rows: {
      contact_inboxes: [0, 4, 0],
      contact_interaction_events: [1, 0, 5],
      contacts: [0, 2, 0],
      conversation_merges: [1, 0, 0],
      conversations: [0, 8, 1],
      messages: [1, 5, 5],
    },
  },
  'a message by a known alias': {
    call: (account) => account.upsertConversationWithEvents({ ...of('alias'), events: messages(1) }),
    rows: { contact_interaction_events: [1, 0, 0], conversations: [0, 1, 0], messages: [1, 0, 0] },
  },
  'a username that finds its customer': {
    call: (account) => account.upsertConversation({ ...of('another id'), customerUsername: 'lan', matchUsername: true }),
    rows: { contact_inboxes: [1, 2, 0], conversations: [0, 4, 0] },
  },
  'a username that is matched': {
    call: (account) => account.upsertConversation({ ...customer, customerUsername: 'mai', matchUsername: true }),
    rows: { conversations: [0, 1, 0] },
  },
  'ten messages of a bulk that name another id of their sender each': {
    call: (account) =>
      account.bulkUpsertConversationsWithEvents({
        conversations: Array.from({ length: 10 }, (_, n) => {
          const customerId = `c${n * 10 + 2}`
          return {
            ...{ oaId: 'page2', customerId, events: messages(1) },
            identities: [
              { id: customerId, kind: 'phone' },
              { id: `VN.${n}`, kind: 'user_id' },
            ],
          }
        }),
      }),
    rows: { contact_inboxes: [10, 30, 0], contact_interaction_events: [10, 0, 0], conversations: [0, 30, 0], messages: [10, 0, 0] },
  },
  'a notice of a changed id': {
    call: (account) =>
      account.upsertConversationWithEvents({
        ...customer,
        events: [{ type: 'identity_change', previous: [phone], current: [{ id: 'c9', kind: 'phone' }] }],
      }),
    rows: { contact_inboxes: [1, 6, 0], conversations: [0, 3, 0] },
  },
  linkCustomerIds: {
    call: (account) => account.linkCustomerIds({ oaId: customer.oaId, identities: [phone, userId] }),
    rows: { contact_inboxes: [1, 3, 0], conversations: [0, 2, 0] },
  },
  mergeConversations: {
    call: (account) => account.mergeConversations({ keep: customer, lose: { oaId: customer.oaId, customerId: 'c112' } }),
    rows: { conversation_merges: [1, 0, 0], conversations: [0, 3, 1], messages: [0, 5, 0] },
  },
  mergeContacts: {
    call: (account) => account.mergeContacts({ keep: customer, lose: { oaId: customer.oaId, customerId: 'c112' } }),
    rows: { contact_merges: [1, 0, 0], contacts: [0, 2, 0] },
  },
  updateContact: { call: (account) => account.updateContact({ ...customer, name: 'Lan' }), rows: { contacts: [0, 1, 0] } },
  'a message that names its customer': {
    call: (account) => account.upsertConversationWithEvents({ ...customer, customerName: 'Lan', events: messages(1) }),
    rows: { contact_interaction_events: [1, 0, 0], contacts: [0, 1, 0], conversations: [0, 1, 0], messages: [1, 0, 0] },
  },
  'ten messages of a bulk that name their customer each': {
    call: (account) =>
      account.bulkUpsertConversationsWithEvents({
        conversations: Array.from({ length: 10 }, (_, n) => {
          return { oaId: 'page2', customerId: `c${n * 10 + 2}`, customerName: `Lan ${n}`, events: messages(1) }
        }),
      }),
    rows: { contact_interaction_events: [10, 0, 0], contacts: [0, 10, 0], conversations: [0, 10, 0], messages: [10, 0, 0] },
  },
  unmergeConversations: {
    call: (account, { mergeOfConversations }) => account.unmergeConversations({ mergeId: mergeOfConversations }),
    rows: { conversation_merges: [0, 1, 0], conversations: [1, 2, 0] },
  },
  unmergeContacts: {
    call: (account, { mergeOfContacts }) => account.unmergeContacts({ mergeId: mergeOfContacts }),
    rows: { contact_merges: [0, 1, 0], contacts: [0, 2, 0] },
  },
  'a message into a merged conversation': {
    call: (account) => account.upsertConversationWithEvents({ oaId: 'page2', customerId: 'c1002', events: messages(1) }),
    rows: { contact_interaction_events: [1, 0, 0], conversations: [0, 1, 0], messages: [1, 0, 0] },
  },
  'a merged conversation, read': {
    call: (account) => account.markRead({ oaId: 'page2', customerId: 'c1002' }),
    rows: { conversations: [0, 1, 0] },
  },
}
