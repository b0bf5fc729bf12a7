import { deepEqual } from 'node:assert/strict'
import { at, replied, said, sending } from '../../src/contract/events.js'
import type { AccountConversations } from '../../src/store/account-conversations.js'

/** Writes conversations in which customers wait, or do not, for each of the reasons that there are. */
export async function threads(account: AccountConversations): Promise<void> {
  const write = (customerId: string, ...events: Parameters<typeof account.upsertConversationWithEvents>[0]['events'][number][]) =>
    account.upsertConversationWithEvents({ oaId: 'page', customerId, events })
  await write('waiting', replied('a1', { occurredAt: at(1) }), said('m1', { occurredAt: at(2) }), said('m2', { occurredAt: at(3) }))
  await write('answered', said('m1', { occurredAt: at(2) }), replied('a1', { occurredAt: at(2), sender: { type: 'bot', id: 'b' } }))
  await write('told by the system', said('m1', { occurredAt: at(2) }), replied('a1', { occurredAt: at(3), sender: { type: 'system' } }))
  await write('refused', said('m1', { occurredAt: at(2) }), sending('l1', { occurredAt: at(3) }))
  await write('refused', { type: 'message_failed', localId: 'l1', error: 'no', occurredAt: at(4) })
  await write('of the past', said('m1', { occurredAt: at(2), history: true }))
  await account.upsertConversation({ oaId: 'page', customerId: 'silent' })
  const waits = await waitsOf(account)
  deepEqual(waits, {
    answered: null,
    'of the past': null,
    refused: at(2),
    silent: null,
    'told by the system': at(2),
    waiting: at(2),
  })
}

/** Since when each customer waits. */
export async function waitsOf(account: AccountConversations): Promise<Record<string, Date | null>> {
  const { items } = await account.listConversations({ oaId: 'page' })
  const waits = items.map(({ customerId, waitingSince }) => [customerId, waitingSince] as const)
  return Object.fromEntries(waits.sort(([a], [b]) => (a < b ? -1 : 1)))
}
