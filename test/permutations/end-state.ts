import type { RawReader } from '../../src/contract/index.js'
import type { ConversationEvent, Message } from '../../src/model/records.js'
import type { AccountConversations } from '../../src/store/account-conversations.js'

/**
 * What a host sees at the end, conversation by conversation, without what depends on the order of arrival: the `seq`s,
 * the versions, the ids of rows, and by which of their ids a customer was known first.
 */
export async function endState(account: AccountConversations, raw: RawReader, accountId: string, ids: readonly string[]): Promise<unknown> {
  const { items } = await account.listConversations({ limit: 500 })
  const conversations = await Promise.all(
    items.map(async (conversation) => {
      const { items: messages } = await account.listMessages({ conversationId: conversation.id, limit: 500 })
      const { items: events } = await account.listEvents({ conversationId: conversation.id, limit: 500 })
      const contact = await account.findContact({ contactId: conversation.contactId })
      const { channel, status, customerName, recipientId, identities } = conversation
      const { unreadCount, lastMessageAt, lastInboundAt, waitingSince, lastActivityAt, windowExpiresAt } = conversation
      // Of two messages of one time the one with the higher `seq` is shown. Twilio tells no times at all.
      const latest = messages.filter(({ occurredAt }) => occurredAt.getTime() === lastMessageAt?.getTime())
      const lastMessagePreview = latest.length > 1 ? 'one of several' : conversation.lastMessagePreview
      return {
        ...{ channel, status, customerName, recipientId, name: contact?.name },
        ...{ unreadCount, lastMessageAt, lastMessagePreview, lastInboundAt, waitingSince, lastActivityAt, windowExpiresAt },
        identities: sorted(identities.map(({ id, kind, formerSince }) => ({ id, kind, formerSince }))),
        messages: messages.map(seenMessage).toSorted((a, b) => byText(a.messageId, b.messageId)),
        events: sorted(events.map(seenEvent)),
      }
    }),
  )
  const found = await Promise.all(
    ids.map(async (customerId) => {
      const conversation = await account.findByOaAndCustomer({ oaId: items[0]?.oaId ?? 'none', customerId })
      return [customerId, conversation === null ? null : sorted(conversation.identities.map(({ id }) => id))]
    }),
  )
  const waiting = (await raw.events(accountId)).filter(({ conversation_id }) => conversation_id === null)
  return plain({
    conversations: sorted(conversations),
    found,
    waiting: sorted(waiting.map(({ type, target_message_id }) => [type, target_message_id])),
  })
}

function seenMessage({ id: _, accountId: __, conversationId: ___, contactInboxId: ____, seq: _____, createdAt: ______, ...seen }: Message) {
  return seen
}

function seenEvent({ type, messageId, targetMessageId, localId, senderId, direction, payload, history, occurredAt }: ConversationEvent) {
  return { type, messageId, targetMessageId, localId, senderId, direction, payload, history, occurredAt }
}

function sorted<T>(values: readonly T[]): readonly T[] {
  return values.toSorted(byText)
}

function byText(a: unknown, b: unknown): number {
  const [left, right] = [JSON.stringify(plain(a)), JSON.stringify(plain(b))]
  return left < right ? -1 : left > right ? 1 : 0
}

/** As JSON with sorted keys, in which backends may differ. */
function plain(value: unknown): unknown {
  if (value instanceof Date || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, plain(Reflect.get(value, key))]),
  )
}
