import type { NormalizedItem } from '../normalized-webhook.js'
import type { DisplayedInbox, NamedInbox, WebhookStore } from '../webhook-store.js'
import { keyOf, type Place } from './places.js'

/** What one account gets of a body. */
export interface BodyPart extends Place {
  readonly items: readonly NormalizedItem[]
}

export interface BodyParts {
  readonly parts: readonly BodyPart[]
  readonly unknownInboxes: readonly NamedInbox[]
  /** Why the place of an inbox could not be found, once for each cause. Its items are in no part. */
  readonly failures: readonly unknown[]
}

type FindPlace = (inbox: DisplayedInbox) => Promise<Place | null>

/** Splits the items of a body by the account that has their inbox. A place that can't be found costs no other part. */
export async function bodyParts(findPlace: FindPlace, channel: string, items: readonly NormalizedItem[]): Promise<BodyParts> {
  const displayPhones = displayPhonesOf(items, channel)
  const placeOf = (inbox: NamedInbox) => findPlace({ ...inbox, displayPhone: displayPhones.get(keyOf(inbox)) ?? null })
  const parts = new PartsByAccount()
  const unknownInboxes = new Map<string, NamedInbox>()
  const failures = new Set<unknown>()
  for (const { otherwise, ...item } of items) {
    const inbox = inboxOf(item, channel)
    try {
      const place = await placeOf(inbox)
      const other = place === null && otherwise !== undefined ? await placeOf({ ...inbox, oaId: otherwise.oaId }) : null
      if (place !== null) parts.of(place).items.push(item)
      else if (other !== null) parts.of(other).items.push({ ...item, ...otherwise })
      else unknownInboxes.set(keyOf(inbox), inbox)
    } catch (error) {
      failures.add(error)
    }
  }
  return { parts: parts.all, unknownInboxes: [...unknownInboxes.values()], failures: [...failures] }
}

type GrowingPart = Place & { readonly items: NormalizedItem[] }

/** The parts in the order in which the body first names them. Two inboxes of one account are in one part. */
class PartsByAccount {
  readonly all: GrowingPart[] = []
  readonly #known = new Map<WebhookStore, Map<string, GrowingPart>>()

  of({ store, accountId }: Place): GrowingPart {
    const ofStore = this.#known.get(store) ?? new Map<string, GrowingPart>()
    this.#known.set(store, ofStore)
    const known = ofStore.get(accountId)
    if (known !== undefined) return known
    const part = { store, accountId, items: [] }
    ofStore.set(accountId, part)
    this.all.push(part)
    return part
  }
}

function inboxOf({ channel, oaId }: NormalizedItem, own: string): NamedInbox {
  return { channel: channel ?? own, oaId }
}

/** The number of an inbox is what the body says first, because not each of its parts says it. */
function displayPhonesOf(items: readonly NormalizedItem[], channel: string): ReadonlyMap<string, string> {
  const phones = new Map<string, string>()
  for (const item of items) {
    const key = keyOf(inboxOf(item, channel))
    if (item.displayPhone !== undefined && !phones.has(key)) phones.set(key, item.displayPhone)
  }
  return phones
}
