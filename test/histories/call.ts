import type { AccountMethod } from '../../src/contract/sound-calls.js'
import type { AccountConversations } from '../../src/store/account-conversations.js'
import type { ConversationStore } from '../../src/store/create-conversation-store.js'
import type { WebhookJournal } from '../../src/store/webhook-journal.js'

/** The calls of the journal that are about one account. */
export type JournalMethod = Exclude<keyof WebhookJournal, 'findWebhookAccounts'>
type OfAccount<M extends JournalMethod> = Omit<Parameters<WebhookJournal[M]>[0], 'accountId'>
type JournalCalls = { readonly [M in JournalMethod]: (input: OfAccount<M>) => ReturnType<WebhookJournal[M]> }

type Calls = Pick<AccountConversations, AccountMethod> & Pick<ConversationStore, 'findInboxOwner'> & JournalCalls

export type Method = keyof Calls
export type InputOf<M extends Method> = NonNullable<Parameters<Calls[M]>[0]>
export type ResultOf<M extends Method> = Awaited<ReturnType<Calls[M]>>

/** A call of one method, as plain data. */
export type Call = { readonly [M in Method]: { readonly method: M; readonly input: InputOf<M> } }[Method]

const journalMethods: { readonly [M in JournalMethod]: true } = {
  keepWebhook: true,
  takeWebhooks: true,
  renewWebhook: true,
  settleWebhook: true,
  findWebhook: true,
  listWebhooks: true,
  clearWebhooks: true,
}

function isOfJournal(method: Method): method is JournalMethod {
  return Object.hasOwn(journalMethods, method)
}

/** Sends a call for an account. One page of a list is read. */
export async function sendCall(store: ConversationStore, accountId: string, { method, input }: Call): Promise<unknown> {
  if (method === 'findInboxOwner') return store.findInboxOwner(input)
  if (isOfJournal(method)) return store.forOperator()[method]({ ...input, accountId } as never)
  return store.forAccount(accountId)[method](input as never)
}
