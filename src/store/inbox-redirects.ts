import { isConversationStoreError } from '../model/errors.js'
import type { AccountContext } from './account-context.js'
import type { CustomerTarget } from './adapter.js'

/** Where the inbox of a customer sends what comes for them: null if it keeps it, or knows the customer. */
export function findInboxRedirect(
  { accountId, dispatch }: AccountContext,
  { oaId, customerId }: { readonly oaId: string; readonly customerId: string | null },
  signal: AbortSignal | null,
): Promise<string | null> {
  return dispatch.read(signal, (operations, bounds) => operations.findInboxRedirect({ accountId, ...bounds, oaId, customerId }))
}

/**
 * Reads what a customer's key names, and reads on in the inbox to which theirs redirects where there is nothing. Only a
 * look-up that found nothing asks.
 */
export async function findRedirected<Target, T>(
  context: AccountContext,
  target: Target | (Target & CustomerTarget),
  signal: AbortSignal | null,
  find: (target: Target) => Promise<T | null>,
): Promise<T | null> {
  const found = await find(target)
  if (found !== null || !namesCustomer(target)) return found
  const oaId = await findInboxRedirect(context, target, signal)
  return oaId === null ? null : find({ ...target, oaId })
}

/** The same for a write, which throws NOT_FOUND where there is nothing. It has written nothing then. */
export async function writeRedirected<Target, T>(
  context: AccountContext,
  target: Target | (Target & CustomerTarget),
  write: (target: Target) => Promise<T>,
): Promise<{ readonly written: T; readonly redirectedTo: string | null }> {
  try {
    return { written: await write(target), redirectedTo: null }
  } catch (error) {
    if (!isConversationStoreError(error, 'NOT_FOUND') || !namesCustomer(target)) throw error
    const oaId = await findInboxRedirect(context, target, null)
    if (oaId === null) throw error
    return { written: await write({ ...target, oaId }), redirectedTo: oaId }
  }
}

function namesCustomer<Target>(target: Target | (Target & CustomerTarget)): target is Target & CustomerTarget {
  return typeof target === 'object' && target !== null && 'customerId' in target
}
