import { setImmediate as nextTurn } from 'node:timers/promises'
import type { InboxOwner } from '../../model/inboxes.js'
import type { NamedInbox, WebhookStore } from '../webhook-store.js'
import { keyOf } from './inbox-key.js'

/** The questions of each store that were not sent yet, by inbox. */
const unsent = /* @__PURE__ */ new WeakMap<WebhookStore, Map<string, Promise<InboxOwner | null>>>()

/**
 * Asks a store who has connected an inbox. Bodies that ask for the same inbox in one turn of the event loop share a
 * question, because many bodies of a busy inbox come at once. It is sent after each of them has asked, so none gets an
 * answer that is older than its own question would be: an inbox that moved to another account is never written under
 * the one before. An answer is not kept for later bodies for the same reason.
 */
export function inboxOwnerIn(store: WebhookStore, inbox: NamedInbox): Promise<InboxOwner | null> {
  const ofStore = unsent.get(store) ?? new Map<string, Promise<InboxOwner | null>>()
  unsent.set(store, ofStore)
  const key = keyOf(inbox)
  const question = ofStore.get(key) ?? asked(store, inbox, () => ofStore.delete(key))
  ofStore.set(key, question)
  return question
}

async function asked(store: WebhookStore, inbox: NamedInbox, onSent: () => void): Promise<InboxOwner | null> {
  await nextTurn()
  onSent()
  return store.findInboxOwner(inbox)
}
