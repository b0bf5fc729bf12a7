import type { AccountConversations } from '../../src/index.js'

type ReadMethod = 'accountId' | `find${string}` | `list${string}` | `count${string}`
/** Every method that writes: one that is added without a write here does not compile. */
type WriteMethod = Exclude<keyof AccountConversations, ReadMethod>

export interface CrashWrite {
  readonly title: string
  readonly usesEvents?: boolean
  prepare?(account: AccountConversations): Promise<unknown>
  write(account: AccountConversations): Promise<unknown>
}

const lan = { oaId: 'page', customerId: 'lan' }
const message = (messageId: string) => ({ type: 'message', messageId, text: `text of ${messageId}` }) as const
const open = (account: AccountConversations) => account.upsertConversation(lan)
const talk = (account: AccountConversations) => account.upsertConversationWithEvents({ ...lan, events: [message('m1'), message('m2')] })
const close = async (account: AccountConversations) => {
  await open(account)
  await account.closeConversation(lan)
}
const claim = { customerUsername: 'lan', matchUsername: true } as const

export const crashWrites: { readonly [M in WriteMethod]: readonly CrashWrite[] } = {
  upsertConversation: [
    { title: 'creates', write: (account) => account.upsertConversation({ ...lan, nickname: 'Lan', customerName: 'Lan' }) },
    {
      title: 'patches, and names the contact',
      prepare: open,
      write: (account) => account.upsertConversation({ ...lan, customerName: 'Lan' }),
    },
    { title: 'reopens', prepare: close, write: (account) => account.upsertConversation({ ...lan, onClosed: 'reopen' }) },
    {
      title: 'adopts',
      prepare: (account) => account.upsertConversation({ ...lan, ...claim }),
      write: (account) => account.upsertConversation({ oaId: 'page', customerId: 'new-id', ...claim }),
    },
  ],
  upsertConversationWithEvents: [
    { title: 'stores a customer’s first messages', usesEvents: true, write: talk },
    {
      title: 'applies what changes messages, and what has to wait',
      usesEvents: true,
      prepare: talk,
      write: (account) =>
        account.upsertConversationWithEvents({
          ...lan,
          events: [
            message('m3'),
            { type: 'message_edit', targetMessageId: 'm1', text: 'edited' },
            { type: 'message_delete', targetMessageId: 'm2' },
            { type: 'reaction', targetMessageId: 'm1', emoji: '👍' },
            { type: 'receipt', status: 'read', watermark: new Date('2026-01-01') },
            { type: 'message_edit', targetMessageId: 'm9', text: 'too early' },
          ],
        }),
    },
    {
      title: 'folds an echo into its reply',
      usesEvents: true,
      prepare: (account) =>
        account.upsertConversationWithEvents({
          ...lan,
          events: [
            { type: 'message', localId: 'l1', direction: 'outbound', text: 'reply' },
            { type: 'message', messageId: 'echo', direction: 'outbound', text: 'reply' },
            message('m1'),
          ],
        }),
      write: (account) =>
        account.upsertConversationWithEvents({ ...lan, events: [{ type: 'message_sent', localId: 'l1', messageId: 'echo' }] }),
    },
  ],
  bulkUpsertConversationsWithEvents: [
    {
      title: 'stores three customers’ messages',
      usesEvents: true,
      prepare: talk,
      write: (account) =>
        account.bulkUpsertConversationsWithEvents({
          conversations: ['lan', 'bo', 'an'].map((customerId) => ({ oaId: 'page', customerId, events: [message('m3'), message('m4')] })),
        }),
    },
  ],
  updateConversation: [
    {
      title: 'patches, and names the contact',
      prepare: open,
      write: (account) => account.updateConversation({ ...lan, customerName: 'Lan' }),
    },
  ],
  updateNickname: [{ title: 'changes it', prepare: open, write: (account) => account.updateNickname({ ...lan, nickname: 'Lan' }) }],
  markRead: [
    { title: 'reads all', usesEvents: true, prepare: talk, write: (account) => account.markRead(lan) },
    { title: 'reads up to a message', usesEvents: true, prepare: talk, write: (account) => account.markRead({ ...lan, seq: 1 }) },
  ],
  closeConversation: [{ title: 'closes', prepare: open, write: (account) => account.closeConversation(lan) }],
  snoozeConversation: [
    { title: 'sets aside', prepare: open, write: (account) => account.snoozeConversation({ ...lan, until: new Date('2030-01-01') }) },
  ],
  reopenConversation: [{ title: 'opens again', prepare: close, write: (account) => account.reopenConversation(lan) }],
  wakeDue: [
    {
      title: 'wakes one',
      prepare: async (account) => {
        await open(account)
        await account.snoozeConversation({ ...lan, until: new Date('2020-01-01') })
      },
      write: (account) => account.wakeDue(),
    },
  ],
  connectInbox: [
    { title: 'connects', write: (account) => account.connectInbox({ oaId: account.accountId, channel: 'messenger', name: 'Shop' }) },
  ],
  disconnectInbox: [
    {
      title: 'gives up',
      prepare: (account) => account.connectInbox({ oaId: account.accountId, channel: 'messenger' }),
      write: (account) => account.disconnectInbox({ oaId: account.accountId }),
    },
  ],
  updateContact: [{ title: 'names', prepare: open, write: (account) => account.updateContact({ ...lan, name: 'Lan Nguyen' }) }],
}
