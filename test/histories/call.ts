import type { AccountMethod } from '../../src/contract/sound-calls.js'
import type { AccountConversations } from '../../src/store/account-conversations.js'
import type { ConversationStore } from '../../src/store/create-conversation-store.js'

type Calls = Pick<AccountConversations, AccountMethod> & Pick<ConversationStore, 'findInboxOwner'>

export type Method = keyof Calls
export type InputOf<M extends Method> = NonNullable<Parameters<Calls[M]>[0]>
export type ResultOf<M extends Method> = Awaited<ReturnType<Calls[M]>>

/** A call of one method, as plain data. */
export type Call = { readonly [M in Method]: { readonly method: M; readonly input: InputOf<M> } }[Method]

/** Sends a call for an account. One page of a list is read. */
export async function sendCall(store: ConversationStore, accountId: string, { method, input }: Call): Promise<unknown> {
  return method === 'findInboxOwner' ? store.findInboxOwner(input) : store.forAccount(accountId)[method](input as never)
}
