import type { AccountContext } from './account-context.js'
import type { ConversationOperations, PageRequest, Redirect, Scoped } from './adapter.js'
import type { AdapterPage } from './adapter-page.js'
import { type CursorKeys, decodeCursor, encodeCursor, type KeyKind, namesList } from './cursor.js'
import type { Page } from './paged-list.js'
import { findRedirect, mostRedirects } from './redirects.js'

/**
 * One list: the name that tells its cursors from those of other lists, the types of its sort keys, and how to read a
 * page of it.
 */
export interface KeysetList<T> {
  readonly name: string
  readonly kinds: readonly KeyKind[]
  readonly keysOf: (item: T) => CursorKeys
  readonly fetchPage: (operations: ConversationOperations, page: Scoped & PageRequest) => Promise<AdapterPage<T>>
  /** Only of a list of one conversation. */
  readonly ofConversation?: {
    readonly id: string
    /** The same list of the conversation that this one was merged into, and of all that it holds. */
    readonly movedTo: (redirect: Redirect) => readonly MovedList<T>[]
  }
}

/** A list whose cursors go on in the first of them, after their last key, a number, is raised by `base`. */
interface MovedList<T> {
  readonly list: KeysetList<T>
  readonly base: number
}

/**
 * Reads a page. Where the conversation of a list was merged into another one, the list is that one's, and cursors from
 * before go on there. Only a list of no conversation, and a cursor of another list, asks whether that is so.
 */
export async function readPage<T>(
  context: AccountContext,
  given: KeysetList<T>,
  { limit, cursor, signal }: { readonly limit: number; readonly cursor: string | undefined; readonly signal: AbortSignal | null },
): Promise<Page<T>> {
  let lists: readonly MovedList<T>[] = [{ list: given, base: 0 }]
  let ledNowhere = false
  for (let times = 0; ; times++) {
    const [{ list } = { list: given }] = lists
    const isOther = cursor !== undefined && !lists.some((each) => namesList(each.list.name, cursor))
    if (!isOther || given.ofConversation === undefined || times === mostRedirects) {
      const after = cursor === undefined ? null : placeIn(lists, given, cursor)
      const { accountId } = context
      const { items, hasMore, isOfNone } = await context.dispatch.read(signal, (operations, bounds) =>
        list.fetchPage(operations, { accountId, ...bounds, limit, after }),
      )
      const last = items.at(-1)
      if (isOfNone !== true || given.ofConversation === undefined || times === mostRedirects) {
        return { items, nextCursor: hasMore && last !== undefined ? encodeCursor(list.name, list.keysOf(last)) : null }
      }
    }
    const redirect = await findRedirect(context, given.ofConversation.id, signal)
    if (redirect === null && isOther) placeIn(lists, given, cursor)
    if (redirect === null && ledNowhere) return { items: [], nextCursor: null }
    // Where the id leads nowhere, the merge may have been undone since, and the conversation is there again.
    ledNowhere = redirect === null
    lists = redirect === null ? [{ list: given, base: 0 }] : given.ofConversation.movedTo(redirect)
  }
}

/** Throws VALIDATION_FAILED for a cursor of none of the lists. */
function placeIn<T>(lists: readonly MovedList<T>[], given: KeysetList<T>, cursor: string): CursorKeys {
  const { list, base } = lists.find((each) => namesList(each.list.name, cursor)) ?? { list: given, base: 0 }
  const keys = decodeCursor(list.name, list.kinds, cursor)
  return base === 0 ? keys : keys.map((key, index) => (index === keys.length - 1 ? Number(key) + base : key))
}
