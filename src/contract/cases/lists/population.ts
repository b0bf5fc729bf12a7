import type { Conversation, ConversationStatus } from '../../../model/records.js'
import type { ConversationFilter } from '../../../store/inputs.js'
import type { ContractContext } from '../../contract-context.js'
import { present } from '../../expectations.js'
import type { Scene } from '../../scene.js'

/**
 * Creates conversations that differ in everything a list can be filtered by. The one that was active last comes first.
 */
export interface Population {
  readonly scene: Scene
  readonly oaIds: readonly [string, string]
  readonly customerIds: readonly [string, string]
  readonly chatbotIds: readonly [string, string]
  readonly conversations: readonly Conversation[]
}

export async function populate({ clock, store, scene, unique }: ContractContext): Promise<Population> {
  const world = scene(store({ clock: clock.now }))
  const { account } = world
  const oaIds = [unique('oa'), unique('oa')] as const
  const customerIds = [unique('c'), unique('c')] as const
  const chatbotIds = [unique('bot'), unique('bot')] as const
  const statuses: readonly ConversationStatus[] = ['closed', 'snoozed', 'open']
  for (const oaId of oaIds) {
    for (const customerId of customerIds) {
      for (const [index, status] of statuses.entries()) {
        clock.advance(1_000)
        const customer = index === 0 ? { oaId, customerId } : { oaId, customerId: index === 1 ? customerId : unique('c') }
        await account.upsertConversation({ ...customer, chatbotId: present(chatbotIds[index % 2]), onClosed: 'new' })
        clock.advance(1_000)
        if (status === 'closed') await account.closeConversation(customer)
        if (status === 'snoozed') await account.snoozeConversation({ ...customer, until: new Date('2100-01-01') })
      }
    }
  }
  const conversations = await Promise.all(
    (await world.rows.conversations()).map((row) => account.findConversation({ conversationId: String(row.id) })),
  )
  return { scene: world, oaIds, customerIds, chatbotIds, conversations: conversations.map((each) => present(each)).sort(byActivity) }
}

function byActivity(a: Conversation, b: Conversation): number {
  return b.lastActivityAt.getTime() - a.lastActivityAt.getTime() || (a.id < b.id ? 1 : -1)
}

/** Filters of every kind, alone and combined. */
export function filtersOf({ oaIds, customerIds, chatbotIds, conversations }: Population): readonly ConversationFilter[] {
  const [oldest, recent] = [present(conversations.at(-1)), present(conversations[3])]
  return [
    {},
    ...(['open', 'snoozed', 'closed', 'active'] as const).map((status) => ({ status })),
    ...oaIds.map((oaId) => ({ oaId })),
    ...customerIds.map((customerId) => ({ customerId })),
    { customerId: 'nobody' },
    { oaId: 'nothing' },
    { contactId: oldest.contactId },
    { contactId: 'nobody' },
    ...chatbotIds.map((chatbotId) => ({ chatbotId })),
    { chatbotId: 'none' },
    { unread: true },
    { unread: false },
    { updatedSince: recent.updatedAt },
    { updatedSince: new Date(recent.updatedAt.getTime() + 1) },
    { updatedSince: new Date('2100-01-01') },
    { oaId: oaIds[0], customerId: customerIds[0] },
    { oaId: oaIds[1], status: 'active', chatbotId: chatbotIds[0] },
    { customerId: customerIds[1], status: 'closed', updatedSince: oldest.updatedAt },
    { oaId: oaIds[0], contactId: oldest.contactId, status: 'snoozed', chatbotId: chatbotIds[1], unread: false },
  ]
}

/** Says a second time, in plain code, what a filter matches. */
export function matches(conversation: Conversation, filter: ConversationFilter): boolean {
  const { status, oaId, customerId, contactId, chatbotId, unread, updatedSince } = filter
  if (status === 'active' ? conversation.status === 'closed' : status !== undefined && conversation.status !== status) return false
  if (oaId !== undefined && conversation.oaId !== oaId) return false
  if (customerId !== undefined && conversation.customerId !== customerId) return false
  if (contactId !== undefined && conversation.contactId !== contactId) return false
  if (chatbotId !== undefined && conversation.chatbotId !== chatbotId) return false
  if (unread !== undefined && conversation.unreadCount > 0 !== unread) return false
  return updatedSince === undefined || conversation.updatedAt >= updatedSince
}
