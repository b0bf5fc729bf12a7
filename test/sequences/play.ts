import assert from 'node:assert/strict'
import type { EventInput } from '../../src/model/event-inputs.js'
import type { JsonObject } from '../../src/model/json.js'
import type { ConversationStore } from '../../src/store/create-conversation-store.js'
import { ingestWebhook, messengerWith, twilio, whatsapp } from '../../src/webhooks/index.js'
import type { Arrival, HostAction, Sequence } from './sequence.js'

const messenger = messengerWith({ localIdFromEcho: (metadata) => metadata.split('local:')[1] ?? null })
const normalizers = { whatsapp_cloud: whatsapp, twilio, messenger } as const

/** Lets the arrivals of a sequence come in, one after the other. */
export async function play(
  store: ConversationStore,
  accountId: string,
  { channel, source, arrivals, expected: { inbox } }: Sequence,
): Promise<void> {
  const account = store.forAccount(accountId)
  await account.connectInbox({ oaId: inbox, channel })
  const act = async (host: HostAction) => {
    if (host.action === 'markRead') await account.markRead({ oaId: inbox, customerId: host.customerId })
    else if (host.action === 'mergeContacts') {
      await account.mergeContacts({
        keep: { oaId: inbox, customerId: host.keep },
        lose: { oaId: inbox, customerId: host.lose },
      })
    } else await account.upsertConversationWithEvents({ oaId: inbox, customerId: host.to, events: [eventOf(host)] })
  }
  const arrive = async (arrival: Arrival) => {
    if ('host' in arrival) return act(arrival.host)
    const { rejected } = await ingestWebhook(store, normalizers[source], bodyOf(arrival.webhook), { oaId: inbox })
    assert.deepEqual(rejected, [])
  }
  try {
    for (const arrival of arrivals) await arrive(arrival)
  } finally {
    // The next sequence connects the same inbox for an account of its own.
    await account.disconnectInbox({ oaId: inbox })
  }
}

function eventOf(host: Extract<HostAction, { readonly action: 'sent' | 'sending' }>): EventInput {
  const occurredAt = host.at === null ? {} : { occurredAt: new Date(host.at) }
  if (host.action === 'sending') return { type: 'message', direction: 'outbound', localId: host.localId, text: host.text, ...occurredAt }
  const { messageId, localId, text = '' } = host
  if (localId !== undefined) return { type: 'message_sent', localId, messageId, ...occurredAt }
  return { type: 'message', direction: 'outbound', messageId, text, ...occurredAt }
}

/** The body of Twilio's is a form, which was collected with what is known of its request. */
function bodyOf(webhook: JsonObject): JsonObject | string {
  return typeof webhook.body === 'string' ? webhook.body : webhook
}
