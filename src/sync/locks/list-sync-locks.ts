import type { AccountConversations } from '../../store/account-conversations.js'
import type { AllLeases } from '../../store/all-leases.js'
import type { CallOptions, PageInput } from '../../store/inputs.js'
import type { PagedList } from '../../store/paged-list.js'
import { syncKind } from './sync-kind.js'
import { type SyncLockState, syncLockState } from './sync-lock-state.js'

/**
 * Lists the locks of syncs: those of an account by `oaId`, or with `store.forOperator()` those of all accounts, by
 * account and `oaId`. `await` gives one page; `for await` walks over all pages.
 */
export function listSyncLocks(
  of: Pick<AccountConversations, 'accountId' | 'listLeases'> | Pick<AllLeases, 'listAllLeases'>,
  input: PageInput = {},
  options?: CallOptions,
): PagedList<SyncLockState> {
  const named = { ...input, kind: syncKind }
  if ('listAllLeases' in of) return mapped(of.listAllLeases(named, options), syncLockState)
  const { accountId } = of
  return mapped(of.listLeases(named, options), (lease) => syncLockState({ ...lease, accountId }))
}

/** The same list with other items. */
function mapped<T, U>(list: PagedList<T>, toItem: (item: T) => U): PagedList<U> {
  return {
    // biome-ignore lint/suspicious/noThenProperty: being awaitable is what a list is for
    then: (resolve, reject) => list.then(({ items, nextCursor }) => ({ items: items.map(toItem), nextCursor })).then(resolve, reject),
    async *[Symbol.asyncIterator]() {
      for await (const item of list) yield toItem(item)
    },
  }
}
