import { expect } from 'vitest'
import { isConversationStoreError } from '../../src/model/errors.js'
import type { EventInput } from '../../src/model/event-inputs.js'
import type { AccountConversations } from '../../src/store/account-conversations.js'
import { createConversationStore } from '../../src/store/create-conversation-store.js'
import { present } from '../contract/present.js'
import { recordingAdapter } from './recording-adapter.js'

export const key = { oaId: 'page', customerId: 'customer' }

export function openAccount() {
  const adapter = recordingAdapter()
  return { adapter, account: createConversationStore({ adapter }).forAccount('acme') }
}

export type Send = (account: AccountConversations) => PromiseLike<unknown>
/** The code and the details of the error. The adapter must not have been called. */
export async function refusal(send: Send): Promise<unknown> {
  const { adapter, account } = openAccount()
  try {
    await send(account)
  } catch (error) {
    expect(adapter.calls).toHaveLength(0)
    if (isConversationStoreError(error, 'VALIDATION_FAILED')) return error.details.issues.map(({ path }) => path)
    if (isConversationStoreError(error)) return error.code
    return error
  }
  return 'accepted'
}
export async function sent(send: Send) {
  const { adapter, account } = openAccount()
  await send(account)
  return present(adapter.sent('upsertConversations')[0])
}
export const upsert =
  (input: object): Send =>
  (account) =>
    account.upsertConversation({ ...key, ...input })
export const write =
  (...events: object[]): Send =>
  (account) =>
    account.upsertConversationWithEvents({ ...key, events: events as EventInput[] })
