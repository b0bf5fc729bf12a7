import assert from 'node:assert/strict'
import type { ConversationStore } from '../../src/store/create-conversation-store.js'
import { ingestWebhook, messengerWith, whatsapp } from '../../src/webhooks/index.js'
import { readTwilio } from './read-twilio.js'
import type { Arrival, HostAction, Sequence } from './sequence.js'
import type { Told } from './told.js'

const messenger = messengerWith({ localIdFromEcho: (metadata) => metadata.split('local:')[1] ?? null })

/** Lets the arrivals of a sequence come in, one after the other. */
export async function play(
  store: ConversationStore,
  accountId: string,
  { channel, source, arrivals, expected: { inbox } }: Sequence,
): Promise<void> {
  const account = store.forAccount(accountId)
  await account.connectInbox({ oaId: inbox, channel })
  const recipients = new Map<string, string>()
  const write = async (told: readonly Told[]) => {
    const conversations = told.map(({ customerId, identities, events }) => {
      return { oaId: inbox, customerId, ...(identities.length > 0 && { identities }), events }
    })
    await account.bulkUpsertConversationsWithEvents({ conversations })
  }
  const act = async (host: HostAction) => {
    if (host.action === 'markRead') await account.markRead({ oaId: inbox, customerId: host.customerId })
    else if (host.action === 'mergeContacts') {
      await account.mergeContacts({
        keep: { oaId: inbox, customerId: host.keep },
        lose: { oaId: inbox, customerId: host.lose },
      })
    } else {
      if (host.action === 'sent') recipients.set(host.messageId, host.to)
      await write([{ customerId: host.to, identities: [], events: [eventOf(host)] }])
    }
  }
  const arrive = async (arrival: Arrival) => {
    if ('host' in arrival) return act(arrival.host)
    if (source === 'twilio') return write(readTwilio(arrival.webhook, (messageId) => recipients.get(messageId) ?? ''))
    const { rejected } = await ingestWebhook(store, source === 'whatsapp_cloud' ? whatsapp : messenger, arrival.webhook)
    assert.deepEqual(rejected, [])
  }
  try {
    for (const arrival of arrivals) await arrive(arrival)
  } finally {
    // The next sequence connects the same inbox for an account of its own.
    await account.disconnectInbox({ oaId: inbox })
  }
}

function eventOf(host: Extract<HostAction, { readonly action: 'sent' | 'sending' }>): Told['events'][number] {
  const occurredAt = host.at === null ? {} : { occurredAt: new Date(host.at) }
  if (host.action === 'sending') return { type: 'message', direction: 'outbound', localId: host.localId, text: host.text, ...occurredAt }
  const { messageId, localId, text = '' } = host
  if (localId !== undefined) return { type: 'message_sent', localId, messageId, ...occurredAt }
  return { type: 'message', direction: 'outbound', messageId, text, ...occurredAt }
}
