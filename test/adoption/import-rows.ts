import { type ImportOptions, importConversations } from '../../src/adoption/index.js'
import type { ConversationStore } from '../../src/store/create-conversation-store.js'
import type { Chat, ImportHost, Line } from './import-hosts.js'
import { mapped } from './import-mapping.js'

/** A minute of an hour long ago. */
export const at = (minute: number) => new Date(Date.UTC(2025, 0, 1, 10, minute))

export const chat = (id: string, more: Partial<Chat> = {}): Chat => ({
  id,
  account: 'acme',
  page: 'page-1',
  psid: id,
  state: 'open',
  lastAt: at(59),
  ...more,
})

let lineNumber = 0
export const line = (of: string, minute: number, more: Partial<Line> = {}): Line => {
  const id = `l${String(lineNumber++).padStart(6, '0')}`
  return { id, chat: of, mid: `m-${id}`, body: `text of ${id}`, sender: of, at: at(minute), ...more }
}

/** What a person sees of a customer in the store. */
export async function seen(store: ConversationStore, customerId: string, oaId = 'page-1') {
  const acme = store.forAccount('acme')
  const conversation = await acme.findByOaAndCustomer({ oaId, customerId, status: 'any' })
  if (conversation === null) return null
  const { items } = await acme.listMessages({ conversationId: conversation.id, limit: 500 })
  const { status, unreadCount, nickname, customerName, channel, lastMessageAt, lastActivityAt, closedAt, snoozedUntil, lastInboundAt } =
    conversation
  return {
    conversation,
    fields: { status, unreadCount, nickname, customerName, channel, lastMessageAt, lastActivityAt, closedAt, snoozedUntil, lastInboundAt },
    messages: items.map(({ messageId, text, direction, occurredAt, history }) => ({ messageId, text, direction, occurredAt, history })),
  }
}

export const importInto = (host: ImportHost, store: ConversationStore, more: Partial<ImportOptions> = {}) =>
  importConversations({ db: host.db, store, ...mapped(host.where), ...more })
