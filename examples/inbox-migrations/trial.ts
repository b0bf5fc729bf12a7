import type { ConversationStore } from 'conversation-store'

/** Two numbers of the account `acme`: the old one has 120 customers, of whom the new one knows two. */
export async function fillTrial(store: ConversationStore): Promise<void> {
  const acme = store.forAccount('acme')
  await acme.connectInbox({
    oaId: 'twilio-1',
    channel: 'whatsapp',
    provider: 'twilio',
    name: 'Shop',
  })
  await acme.connectInbox({ oaId: 'cloud-1', channel: 'whatsapp', provider: 'whatsapp_cloud' })
  const talk = (oaId: string, customers: readonly string[]) =>
    acme.bulkUpsertConversationsWithEvents({
      conversations: customers.map((customerId) => ({
        oaId,
        customerId,
        events: [
          { type: 'message', messageId: `${customerId}-1`, text: 'Is my order on its way?' },
          { type: 'message', messageId: `${customerId}-2`, text: 'It is number 1007.' },
        ],
      })),
    })
  const customers = Array.from({ length: 120 }, (_, n) => String(84_900_000_001 + n))
  await talk('twilio-1', customers)
  await talk('cloud-1', customers.slice(0, 2))
}
