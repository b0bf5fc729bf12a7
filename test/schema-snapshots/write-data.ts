import { type ConversationAdapter, type ConversationStore, type CustomerKey, createConversationStore } from '../../src/index.js'
import { present } from '../contract/present.js'

/** What a test needs to know of a snapshot's data. It is written with the data, so a later scenario may be another. */
export interface SnapshotFacts {
  /** The time at which everything was written. A test goes on from there. */
  readonly writtenAt: string
  readonly accounts: readonly string[]
  readonly inboxes: readonly { readonly channel: string; readonly oaId: string }[]
  /** The ids of all customers, aliases among them. */
  readonly customers: readonly CustomerKey[]
  readonly lostConversations: readonly string[]
  /** The account that the following are of. */
  readonly accountId: string
  /** A customer with an active conversation, and a message that it has. */
  readonly active: { readonly key: CustomerKey; readonly messageId: string }
  /** A customer for whose message a reaction waits. */
  readonly waiting: { readonly key: CustomerKey; readonly targetMessageId: string; readonly emoji: string }
  /**
   * Two ids of a customer, who has one conversation, and a message that was stored under the second before they were
   * linked.
   */
  readonly linked: { readonly ids: readonly [CustomerKey, CustomerKey]; readonly messageId: string }
  /** A reply that the channel has accepted, and nobody has read. */
  readonly unreadReply: { readonly key: CustomerKey; readonly messageId: string }
  readonly conversationMerge: { readonly mergeId: string; readonly keptId: string; readonly lostId: string }
  readonly contactMerge: { readonly mergeId: string; readonly keptId: string; readonly lostId: string }
  readonly snoozed: { readonly conversationId: string; readonly until: string }
}

const start = Date.UTC(2026, 0, 5, 9)
const minutes = (n: number) => new Date(start + n * 60_000)

/** A store whose clock and ids are the same in each run. Each id and each look at the clock is the next one. */
export function steadyStore(adapter: ConversationAdapter): ConversationStore {
  let ids = 0
  let looks = 0
  return createConversationStore({
    adapter,
    newId: () => `id-${String(++ids).padStart(4, '0')}`,
    clock: () => new Date(start + 1000 * ++looks),
  })
}

/**
 * Writes something of everything that the store keeps: conversations that are open, snoozed, closed and merged,
 * messages with edits, deletions, reactions and receipts, events that wait, people with several ids, merged contacts,
 * history, and inboxes.
 */
export async function writeData(store: ConversationStore): Promise<SnapshotFacts> {
  const acme = store.forAccount('acme')
  const globex = store.forAccount('globex')
  const of = (oaId: string) => (customerId: string) => ({ oaId, customerId })
  const [page, number] = [of('page-1'), of('number-1')]
  await acme.connectInbox({ oaId: 'page-1', channel: 'messenger', provider: 'meta', name: 'Page', metadata: { team: 'sales' } })
  await acme.connectInbox({ oaId: 'number-1', channel: 'whatsapp', provider: 'whatsapp_cloud', onClosed: 'reopen' })
  await acme.recordHistoryProgress({ oaId: 'number-1', phase: 0, chunkOrder: 1, progress: 40 })
  const { sessionId } = await acme.beginSync({ oaId: 'page-1', source: 'export' })
  const lastPage = { sessionId, expectedPages: 0, conversations: [], phase: 'list', cursor: null, walk: 'notes', isLast: true }
  await acme.writeSyncPage({ ...lastPage, beganAt: new Date('2024-05-01T10:00:00Z') })
  await acme.connectInbox({ oaId: 'page-old', channel: 'messenger' })
  await acme.connectInbox({ oaId: 'page-new', channel: 'messenger' })
  await acme.upsertConversationWithEvents({ ...of('page-old')('moved'), events: [{ type: 'message', messageId: 'moved-1', text: 'Chào' }] })
  const between = { sourceOaId: 'page-old', destinationOaId: 'page-new' }
  const { id: migrationId } = await acme.beginInboxMigration({ ...between, onActiveConflict: 'skip' })
  await acme.moveInboxBatch({ migrationId, expectedBatches: 0 })
  await acme.disconnectInbox({ oaId: 'page-old' })
  await globex.connectInbox({ oaId: 'page-2', channel: 'instagram', chatbotId: 'bot-9' })

  // An open conversation with all that can happen to messages.
  await acme.upsertConversationWithEvents({
    ...page('lan'),
    nickname: 'Lan',
    customerName: 'Nguyễn Lan',
    customerUsername: 'lan.nguyen',
    chatbotId: 'bot-1',
    metadata: { plan: 'gold', 'a.b': '$5' },
    events: [
      { type: 'message', messageId: 'lan-1', text: 'Xin chào', occurredAt: minutes(1) },
      {
        type: 'message',
        messageId: 'lan-2',
        text: '',
        attachments: [{ type: 'image', url: 'https://files.example/1.jpg', payload: { id: 'f1' } }],
        replyTo: 'lan-1',
        occurredAt: minutes(2),
      },
      { type: 'message', messageId: 'lan-3', text: 'delete me', occurredAt: minutes(3) },
      { type: 'postback', payload: { button: 'price' }, occurredAt: minutes(4) },
      { type: 'message_edit', targetMessageId: 'lan-1', text: 'Xin chào!', editNumber: 1, occurredAt: minutes(5) },
      { type: 'message_delete', targetMessageId: 'lan-3', occurredAt: minutes(6) },
      { type: 'reaction', targetMessageId: 'lan-1', emoji: '👍', occurredAt: minutes(7) },
      { type: 'reaction', targetMessageId: 'lan-later', emoji: '❤️', occurredAt: minutes(8) },
    ],
  })
  await acme.markRead({ ...page('lan'), seq: 1 })
  await acme.upsertConversationWithEvents({
    ...page('lan'),
    events: [
      { type: 'message', direction: 'outbound', localId: 'reply-1', text: 'Hello', sender: { id: 'a1', type: 'agent', name: 'An' } },
      { type: 'message_sent', localId: 'reply-1', messageId: 'out-1' },
      { type: 'message', direction: 'outbound', messageId: 'out-2', text: 'Anything else?', sender: { type: 'bot' }, metadata: { n: 1 } },
      { type: 'receipt', status: 'read', messageIds: ['out-1'], occurredAt: minutes(9) },
      { type: 'receipt', status: 'delivered', messageIds: ['out-2'], occurredAt: minutes(9) },
      { type: 'message', direction: 'outbound', localId: 'reply-2', text: 'lost' },
      { type: 'message_failed', localId: 'reply-2', error: 'blocked' },
    ],
  })

  // A customer with a closed conversation and a new one, and one with closed ones alone.
  await acme.upsertConversationWithEvents({ ...page('minh'), events: [{ type: 'message', messageId: 'minh-1', text: 'one' }] })
  await acme.closeConversation(page('minh'))
  await acme.upsertConversationWithEvents({ ...page('minh'), events: [{ type: 'message', messageId: 'minh-2', text: 'two' }] })
  await acme.upsertConversationWithEvents({ ...page('tuan'), events: [{ type: 'message', messageId: 'tuan-1', text: 'bye' }] })
  await acme.closeConversation(page('tuan'))

  const hoa = await acme.upsertConversationWithEvents({ ...page('hoa'), events: [{ type: 'message', messageId: 'hoa-1', text: 'later' }] })
  const until = minutes(24 * 60)
  await acme.snoozeConversation({ ...page('hoa'), until })

  // What happened before the host listened.
  await acme.upsertConversationWithEvents({
    ...page('old'),
    history: true,
    opens: 'closed',
    events: [{ type: 'message', messageId: 'old-1', text: 'years ago', occurredAt: new Date(Date.UTC(2020, 1, 1)) }],
  })

  // One person with a phone and a user id, whose two conversations become one when that is known.
  await acme.upsertConversationWithEvents({ ...number('8490'), events: [{ type: 'message', messageId: 'phone-1', text: 'by phone' }] })
  await acme.upsertConversationWithEvents({ ...number('user-90'), events: [{ type: 'message', messageId: 'user-1', text: 'by id' }] })
  const identities = [
    { id: '8490', kind: 'phone' },
    { id: 'user-90', kind: 'user_id' },
  ]
  await acme.linkCustomerIds({ oaId: 'number-1', identities })

  // Two conversations and two contacts that are one now.
  const keep = await acme.upsertConversationWithEvents({ ...page('kim'), events: [{ type: 'message', messageId: 'kim-1', text: 'a' }] })
  const lose = await acme.upsertConversationWithEvents({ ...page('kim-2'), events: [{ type: 'message', messageId: 'kim-2', text: 'b' }] })
  const [keptId, lostId] = [present(keep.conversation).id, present(lose.conversation).id]
  const merged = await acme.mergeConversations({ keep: { conversationId: keptId }, lose: { conversationId: lostId } })
  await acme.upsertConversationWithEvents({ ...page('kim'), events: [{ type: 'message', messageId: 'kim-3', text: 'c' }] })
  await acme.updateContact({ ...page('minh'), name: 'Minh' })
  await acme.updateContact({ ...page('tuan'), metadata: { vip: true } })
  const tuan = present(await acme.findContact(page('tuan')))
  const contacts = await acme.mergeContacts({ keep: page('minh'), lose: page('tuan') })

  await globex.upsertConversationWithEvents({ ...page('lan'), events: [{ type: 'message', messageId: 'lan-1', text: 'elsewhere' }] })
  await globex.upsertConversation({ oaId: 'page-2', customerId: 'lan', nickname: 'no messages' })

  return {
    writtenAt: minutes(30).toISOString(),
    accounts: ['acme', 'globex'],
    inboxes: ['page-1', 'page-2', 'page-old'].flatMap((oaId) => ['messenger', 'instagram'].map((channel) => ({ channel, oaId }))),
    customers: [
      ...['lan', 'minh', 'tuan', 'hoa', 'old', 'kim', 'kim-2'].map(page),
      ...['8490', 'user-90'].map(number),
      { oaId: 'page-2', customerId: 'lan' },
    ],
    lostConversations: [lostId],
    accountId: 'acme',
    active: { key: page('lan'), messageId: 'lan-2' },
    waiting: { key: page('lan'), targetMessageId: 'lan-later', emoji: '❤️' },
    linked: { ids: [number('8490'), number('user-90')], messageId: 'user-1' },
    unreadReply: { key: page('lan'), messageId: 'out-2' },
    conversationMerge: { mergeId: merged.mergeId, keptId, lostId },
    contactMerge: { mergeId: contacts.mergeId, keptId: contacts.contact.id, lostId: tuan.id },
    snoozed: { conversationId: present(hoa.conversation).id, until: until.toISOString() },
  }
}
