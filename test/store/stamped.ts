import type { EventInput } from '../../src/model/event-inputs.js'
import type { StampedEvent, UpsertItem } from '../../src/store/adapter.js'
import { createConversationStore } from '../../src/store/create-conversation-store.js'
import type { UpsertConversationInput } from '../../src/store/inputs.js'
import { present } from '../contract/present.js'
import { recordingAdapter } from './recording-adapter.js'

export const key = { oaId: 'page', customerId: 'customer' }
export const occurredAt = new Date('2024-05-02T12:00:00.000Z')

/** The item that the adapter gets for a customer's events. */
export async function stampedItem(events: readonly EventInput[], upsert: Partial<UpsertConversationInput> = {}): Promise<UpsertItem> {
  const adapter = recordingAdapter()
  await createConversationStore({ adapter })
    .forAccount('acme')
    .upsertConversationWithEvents({ ...key, ...upsert, events })
  return present(adapter.sent('upsertConversations')[0]?.items[0])
}
export async function stamped(...events: readonly EventInput[]): Promise<readonly StampedEvent[]> {
  return (await stampedItem(events)).events
}
export async function keysOf(...events: readonly EventInput[]): Promise<readonly string[]> {
  return (await stamped(...events)).map(({ dedupeKey }) => dedupeKey)
}
