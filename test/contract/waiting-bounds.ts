import { deepEqual, equal } from 'node:assert/strict'
import type { AccountConversations } from '../../src/index.js'

export const lan = { oaId: 'page', customerId: 'lan' }
export const anna = { oaId: 'page', customerId: 'anna' }
export const reaction = (targetMessageId: string) => ({ type: 'reaction', targetMessageId, emoji: '❤' }) as const

interface WaitingState {
  readonly waiting: number
  readonly overdue: number
  readonly dropped: number
}

/**
 * Expects that what waited without bounds comes down to them. Under Lan 1,500 reactions wait for m1 to m1500, of which
 * the first 300 are overdue, and under Anna 5 that are overdue.
 */
export async function expectBounds(account: AccountConversations, stateOf: (customerId: string) => Promise<WaitingState>): Promise<void> {
  deepEqual(await stateOf('lan'), { waiting: 1500, overdue: 300, dropped: 0 })
  // A write drops a bounded number, so a few of them bring a customer down to the bounds.
  for (let written = 1; written <= 6; written++) {
    await account.upsertConversationWithEvents({ ...lan, events: [reaction(`late ${written}`)] })
    const { waiting, dropped } = await stateOf('lan')
    equal(waiting + dropped, 1500 + written)
  }
  deepEqual(await stateOf('lan'), { waiting: 1000, overdue: 0, dropped: 506 })
  await account.upsertConversationWithEvents({ ...lan, events: [{ type: 'message', messageId: 'm1500', text: 'the target' }] })
  equal((await account.findMessage({ ...lan, messageId: 'm1500' }))?.reactions.length, 1)
  deepEqual(await account.sweep(), { expiredEvents: 5, more: false })
  deepEqual(await stateOf('anna'), { waiting: 0, overdue: 0, dropped: 5 })
}
