import { at, replied, said, sending } from '../../../src/contract/events.js'
import type { WriteMethod } from '../../../src/contract/sound-calls.js'
import type { AccountConversations } from '../../../src/store/account-conversations.js'
import type { WebhookJournal } from '../../../src/store/webhook-journal.js'
import { contactMergeScenarios } from './contact-merge-scenarios.js'
import { identityScenarios } from './identity-scenarios.js'
import { inboxMoveScenarios } from './inbox-move-scenarios.js'
import { inboxScenarios } from './inbox-scenarios.js'
import { type JournalWrite, journalScenarios } from './journal-scenarios.js'
import { guardedWrite, leaseScenarios } from './lease-scenarios.js'
import { mergeScenarios } from './merge-scenarios.js'
import { syncScenarios } from './sync-scenarios.js'

/** A write, and the steps that prepare for it. */
export interface Scenario {
  readonly write: string
  /** `longAgo` is the same account with a clock that stood long before that of the write; `journal` goes by it too. */
  prepare(account: AccountConversations, longAgo: AccountConversations, journal: WebhookJournal): Promise<unknown>
  act(account: AccountConversations, journal: WebhookJournal): Promise<unknown>
}

interface Steps extends Omit<Scenario, 'write'> {
  readonly when?: string
}

export const oaId = 'oa'
const lan = { oaId, customerId: 'lan' }
const hoa = { oaId, customerId: 'hoa' }
const claim = { customerUsername: 'lan.ng', matchUsername: true }
const reacted = (targetMessageId: string) => ({ type: 'reaction' as const, targetMessageId, emoji: '👍', occurredAt: at(3) })
const nothing = async () => undefined
const someMessages = (account: AccountConversations) => {
  return account.upsertConversationWithEvents({
    ...lan,
    events: [said('m1'), replied('m2', { occurredAt: at(1) }), said('m3', { occurredAt: at(2) })],
  })
}

function link(account: AccountConversations) {
  const identities = [
    { id: lan.customerId, kind: 'phone' },
    { id: hoa.customerId, kind: 'user_id' },
  ]
  return account.linkCustomerIds({ oaId, identities })
}

/** Every method that writes has at least one scenario. A method that is added without one does not compile. */
const scenariosOf: { readonly [M in WriteMethod | JournalWrite]: readonly [Steps, ...Steps[]] } = {
  upsertConversation: [
    {
      when: 'a first contact',
      prepare: nothing,
      act: (account) => account.upsertConversation({ ...lan, customerName: 'Lan' }),
    },
    {
      when: 'a patch',
      prepare: someMessages,
      act: (account) => account.upsertConversation({ ...lan, nickname: 'Lan', customerName: 'Lan' }),
    },
    {
      when: 'an adoption',
      prepare: (account) => account.upsertConversation({ ...lan, ...claim }),
      act: (account) => account.upsertConversation({ ...hoa, ...claim, nickname: 'x' }),
    },
    {
      when: 'ids that are linked',
      prepare: async (account) => {
        await someMessages(account)
        await account.upsertConversation(hoa)
      },
      act: (account) =>
        account.upsertConversation({
          ...lan,
          nickname: 'x',
          identities: [
            { id: lan.customerId, kind: 'phone' },
            { id: hoa.customerId, kind: 'user_id' },
          ],
        }),
    },
    {
      when: 'a reopening',
      prepare: async (account) => {
        await someMessages(account)
        await account.closeConversation(lan)
      },
      act: (account) => account.upsertConversation({ ...lan, onClosed: 'reopen', channel: 'sms' }),
    },
  ],
  upsertConversationWithEvents: [
    guardedWrite,
    ...identityScenarios,
    {
      when: 'what waited too long',
      prepare: async (account, longAgo) => {
        await longAgo.upsertConversationWithEvents({ ...lan, events: [reacted('m1'), reacted('m2')] })
        await account.upsertConversationWithEvents({ ...lan, events: [reacted('m3')] })
      },
      act: (account) => account.upsertConversationWithEvents({ ...lan, events: [said('m3'), reacted('m4')] }),
    },
    {
      when: 'first messages',
      prepare: (account) =>
        account.upsertConversationWithEvents({
          ...lan,
          events: [{ type: 'message_edit', targetMessageId: 'm1', text: 'x', occurredAt: at(1) }],
        }),
      act: someMessages,
    },
    {
      when: 'everything that changes a message',
      prepare: async (account) => {
        await someMessages(account)
        await account.upsertConversationWithEvents({ ...lan, events: [sending('l1'), replied('m4', { occurredAt: at(3) })] })
      },
      act: (account) =>
        account.upsertConversationWithEvents({
          ...lan,
          nickname: 'Lan',
          events: [
            said('m5', { occurredAt: at(4) }),
            { type: 'message_edit', targetMessageId: 'm1', text: 'better', occurredAt: at(5) },
            { type: 'message_attachments', targetMessageId: 'm1', attachments: [{ type: 'image', url: 'u' }], occurredAt: at(5) },
            { type: 'message_delete', targetMessageId: 'm3', occurredAt: at(5) },
            { type: 'reaction', targetMessageId: 'm2', emoji: '❤', occurredAt: at(5) },
            { type: 'receipt', status: 'read', watermark: at(9), occurredAt: at(9) },
            { type: 'message_sent', localId: 'l1', messageId: 'm4', occurredAt: at(3) },
            { type: 'referral', payload: { ref: 'x' }, occurredAt: at(6) },
          ],
        }),
    },
  ],
  bulkUpsertConversationsWithEvents: [
    {
      when: 'all or nothing',
      prepare: someMessages,
      act: (account) =>
        account.bulkUpsertConversationsWithEvents({
          conversations: [
            { ...hoa, events: [said('m1')] },
            { ...lan, events: [said('m4')] },
            { ...lan, nickname: 'Lan', events: [said('m5')] },
          ],
        }),
    },
    {
      when: 'item by item',
      prepare: someMessages,
      act: (account) =>
        account.bulkUpsertConversationsWithEvents({
          atomic: false,
          conversations: [
            { ...hoa, events: [said('m1')] },
            { ...lan, expectedVersion: 9, events: [said('m4')] },
            { ...lan, events: [said('m5')] },
          ],
        }),
    },
  ],
  updateConversation: [
    {
      prepare: someMessages,
      act: (account) => account.updateConversation({ ...lan, nickname: 'x', customerName: 'Lan' }),
    },
  ],
  updateNickname: [{ prepare: someMessages, act: (account) => account.updateNickname({ ...lan, nickname: 'x' }) }],
  markRead: [
    { prepare: someMessages, act: (account) => account.markRead({ ...lan, seq: 2 }) },
    { when: 'up to a time', prepare: someMessages, act: (account) => account.markRead({ ...lan, upToTime: at(60) }) },
  ],
  markUnread: [
    {
      prepare: async (account) => {
        await someMessages(account)
        await account.markRead(lan)
      },
      act: (account) => account.markUnread(lan),
    },
  ],
  closeConversation: [{ prepare: someMessages, act: (account) => account.closeConversation(lan) }],
  snoozeConversation: [{ prepare: someMessages, act: (account) => account.snoozeConversation({ ...lan, until: at(60) }) }],
  reopenConversation: [
    {
      prepare: async (account) => {
        await account.upsertConversation({ ...lan, ...claim })
        await account.closeConversation(lan)
      },
      act: (account) => account.reopenConversation(lan),
    },
  ],
  wakeDue: [
    {
      prepare: async (account) => {
        await someMessages(account)
        await account.snoozeConversation({ ...lan, until: at(10) })
      },
      act: (account) => account.wakeDue(),
    },
  ],
  linkCustomerIds: [
    { when: 'two ids that are new', prepare: nothing, act: link },
    {
      when: 'two people who have written',
      async prepare(account) {
        await someMessages(account)
        await account.upsertConversationWithEvents({
          ...hoa,
          events: [said('m1'), said('m4'), { type: 'receipt', status: 'read', watermark: at(3), occurredAt: at(4) }],
        })
      },
      act: link,
    },
  ],
  ...mergeScenarios,
  ...contactMergeScenarios,
  ...leaseScenarios,
  ...journalScenarios,
  applyReceipt: [
    {
      prepare: someMessages,
      act: (account) => account.applyReceipt({ oaId: lan.oaId, status: 'read', messageIds: ['m2'], occurredAt: at(9) }),
    },
  ],
  sweep: [
    {
      prepare: (_, longAgo) => longAgo.upsertConversationWithEvents({ ...lan, events: [reacted('m1'), reacted('m2')] }),
      act: (account) => account.sweep(),
    },
  ],
  updateContact: [
    {
      prepare: someMessages,
      act: (account) => account.updateContact({ ...lan, name: 'Mrs Lan', metadata: { vip: true } }),
    },
  ],
  ...inboxScenarios,
  ...syncScenarios,
  ...inboxMoveScenarios,
}

export const scenarios: readonly Scenario[] = Object.entries(scenariosOf).flatMap(([method, each]) =>
  each.map(({ when, ...steps }) => ({ write: when === undefined ? method : `${method}, ${when}`, ...steps })),
)
