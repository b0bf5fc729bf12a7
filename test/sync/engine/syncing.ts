import { createConversationStore } from '../../../src/index.js'
import { memory } from '../../../src/memory/index.js'
import type { AccountConversations } from '../../../src/store/account-conversations.js'
import type { ConversationAdapter } from '../../../src/store/adapter.js'
import type { SyncOptions } from '../../../src/sync/engine/options.js'
import type { SourceClock } from '../../../src/sync/source-clock.js'

export const oaId = 'page'

/** An account of a store of its own. */
export async function freshAccount(adapter: ConversationAdapter = memory()): Promise<AccountConversations> {
  const store = createConversationStore({ adapter })
  await store.migrate()
  return store.forAccount('acme')
}

/** A clock that is a hundred milliseconds further each time that it is asked, and whose pauses take no time. */
export function steppingClock(): SourceClock & { readonly pauses: readonly number[] } {
  const pauses: number[] = []
  let time = 0
  return {
    pauses,
    now() {
      time += 100
      return time
    },
    async sleep(ms) {
      pauses.push(ms)
    },
  }
}

export function optionsOf(how: Pick<SyncOptions, 'source'> & Partial<SyncOptions>): SyncOptions {
  return { oaId, owner: 'test', clock: steppingClock(), ...how }
}

/** The ids of all messages that the account has, sorted. */
export async function storedMessages(account: AccountConversations): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const { id } of account.listConversations()) {
    for await (const { messageId } of account.listMessages({ conversationId: id })) ids.push(messageId ?? '')
  }
  return ids.sort()
}
