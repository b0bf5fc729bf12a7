import type { AccountConversations } from 'conversation-store'
import type { Comparison, OpenComparison, Servers, Variant } from '../../comparison.js'
import { customerChooser, customerName, inbox } from '../customers.js'
import { busyCustomers, openGrown } from '../growth-databases.js'
import { newMessages } from '../new-messages.js'
import { ourConversations, ours } from '../rivals/ours.js'
import { requireAnswer } from '../rivals/rival.js'
import { messagesVariant, upsertVariant } from '../variants.js'

const smallDatabase = 10_000
const nameOf = (size: number) => `${size.toLocaleString('en')} conversations`

type Choose = (caller: number) => string
type MakeVariant = (name: string, conversations: AccountConversations, choose: Choose) => Variant

export const openPostgresGrowthUpsert: OpenComparison = (servers) =>
  openGrowth(servers, 'upsert', '`upsertConversation` of a known customer', (name, conversations, choose) =>
    upsertVariant(name, ours(conversations), choose),
  )

export const openPostgresGrowthEvents: OpenComparison = (servers) =>
  openGrowth(servers, 'events', '`upsertConversationWithEvents` with 5 new messages', (name, conversations, choose) =>
    messagesVariant(name, ours(conversations), 5, choose),
  )

export const openPostgresGrowthFind: OpenComparison = (servers) =>
  openGrowth(servers, 'find', '`findByOaAndCustomer`', (name, conversations, choose) => ({
    name,
    async operation(caller) {
      const customerId = choose(caller)
      const found = await conversations.findByOaAndCustomer({ oaId: inbox.oaId, customerId })
      requireAnswer(found?.customerId === customerId, name, found)
    },
  }))

/** Each operation also stores the message that it reads, because a second reading would change nothing. */
export const openPostgresGrowthMarkRead: OpenComparison = (servers) =>
  openGrowth(servers, 'mark-read', 'A new message and `markRead`', (name, conversations, choose) => ({
    name,
    async operation(caller) {
      const customerId = choose(caller)
      await ours(conversations).store(customerId, newMessages(1))
      const { outcome, conversation } = await conversations.markRead({ oaId: inbox.oaId, customerId })
      requireAnswer(outcome === 'updated' && conversation.unreadCount === 0, name, conversation)
    },
  }))

async function openGrowth(
  { postgresUrl, largeDatabase }: Servers,
  id: string,
  title: string,
  makeVariant: MakeVariant,
): Promise<Comparison> {
  const [large, small] = [
    await openGrown(postgresUrl, 'bench_large', largeDatabase),
    await openGrown(postgresUrl, 'bench_small', smallDatabase),
  ]
  const variant = async (database: typeof large, size: number) => {
    const conversations = ourConversations(database.pool('ours', 1))
    const stride = size / busyCustomers
    await wake(conversations, stride)
    return makeVariant(nameOf(size), conversations, customerChooser({ customers: size, callers: 1, stride }))
  }
  return {
    id: `postgres-growth-${id}`,
    title: `${title}, with ${smallDatabase.toLocaleString('en')} and with ${largeDatabase.toLocaleString('en')} conversations, on PostgreSQL`,
    note:
      `In both databases ${busyCustomers.toLocaleString('en')} customers write, spread evenly over the table: what grows is the table and its indexes, not the ` +
      'number of rows that are busy.',
    concurrency: [1],
    variants: [await variant(large, largeDatabase), await variant(small, smallDatabase)],
    goals: [{ of: nameOf(largeDatabase), against: nameOf(smallDatabase), atMost: 1.15 }],
    async close() {
      await large.close()
      await small.close()
    },
  }
}

/**
 * Writes once to every busy customer before anything is measured, because a first write after a checkpoint logs the
 * whole page.
 */
async function wake(conversations: AccountConversations, stride: number): Promise<void> {
  const customers = Array.from({ length: busyCustomers }, (_, index) => customerName(index * stride + 1))
  for (let from = 0; from < customers.length; from += 500)
    await ours(conversations).storeAll(customers.slice(from, from + 500).map((customerId) => ({ customerId, messages: newMessages(1) })))
}
