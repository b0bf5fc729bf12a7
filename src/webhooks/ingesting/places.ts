import type { DisplayedInbox, NamedInbox, OwnerOf, StoreOf, WebhookStore } from '../webhook-store.js'
import { keyOf } from './inbox-key.js'
import { inboxOwnerIn } from './inbox-owners.js'

/** Where the conversations of an inbox are. */
export interface Place {
  readonly store: WebhookStore
  readonly accountId: string
}

/**
 * Finds the place of each inbox of one body, null where nobody has it. It asks once for each inbox, and asks no store
 * again for an owner that has failed once: a body may name hundreds of inboxes, and each question to a database that is
 * away takes as long as its retries.
 */
export function placeFinder(store: WebhookStore | StoreOf, ownerOf: OwnerOf | undefined): (inbox: DisplayedInbox) => Promise<Place | null> {
  const failed = new Map<WebhookStore, unknown>()
  const known = new Map<string, Promise<Place | null>>()
  const connectedBy = async (found: WebhookStore, inbox: NamedInbox): Promise<string | null> => {
    if (failed.has(found)) throw failed.get(found)
    try {
      return (await inboxOwnerIn(found, inbox))?.accountId ?? null
    } catch (error) {
      failed.set(found, error)
      throw error
    }
  }
  const find = async ({ displayPhone, ...inbox }: DisplayedInbox): Promise<Place | null> => {
    const found = typeof store === 'function' ? await store({ ...inbox, displayPhone }) : store
    if (!found) return null
    const accountId = await (ownerOf === undefined ? connectedBy(found, inbox) : ownerOf(inbox))
    return accountId == null ? null : { store: found, accountId }
  }
  return (inbox) => {
    const key = keyOf(inbox)
    const place = known.get(key) ?? find(inbox)
    known.set(key, place)
    return place
  }
}
