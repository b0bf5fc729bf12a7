import { defaultPageItems } from '../model/limits.js'
import { readSignal } from '../model/validation/call-options.js'
import type { AccountContext } from './account-context.js'
import type { CallOptions } from './inputs.js'
import { type KeysetList, readPage } from './keyset-list.js'
import { type PagedList, pagedList } from './paged-list.js'

/** A list and which page of it is wanted. */
export interface Prepared<T> {
  readonly keyset: KeysetList<T>
  readonly page: { readonly limit?: number | undefined; readonly cursor?: string | undefined }
}

/**
 * Reads the input when the method is called, as every method does. An input that is refused throws only when the list
 * is read, because a list is something that is awaited.
 */
export function preparedList<T>(context: AccountContext, options: CallOptions | undefined, prepare: () => Prepared<T>): PagedList<T> {
  const prepared = attempt(() => ({ ...prepare(), signal: readSignal(options) }))
  return pagedList(prepared.ok ? prepared.value.page.cursor : undefined, async (cursor) => {
    if (!prepared.ok) throw prepared.error
    context.dispatch.assertOpen()
    const { keyset, page, signal } = prepared.value
    return readPage(context, keyset, { limit: page.limit ?? defaultPageItems, cursor, signal })
  })
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }
function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { ok: true, value: work() }
  } catch (error) {
    return { ok: false, error }
  }
}
