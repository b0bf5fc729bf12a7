import type { HistoryProgress, NormalizedItem, NormalizedWebhook } from '../normalized-webhook.js'
import type { DisplayedInbox, NamedInbox, WebhookStore } from '../webhook-store.js'
import { keyOf } from './inbox-key.js'
import type { Place } from './places.js'

/** What one account gets of a body. */
export interface BodyPart extends Place {
  readonly items: readonly NormalizedItem[]
  readonly historyProgress: readonly HistoryProgress[]
}

export interface BodyParts {
  readonly parts: readonly BodyPart[]
  readonly unknownInboxes: readonly NamedInbox[]
  /** Why the place of an inbox could not be found, once for each cause. Its items are in no part. */
  readonly failures: readonly unknown[]
}

type FindPlace = (inbox: DisplayedInbox) => Promise<Place | null>

/** Splits a body by the account that has each inbox. A place that can't be found costs no other part. */
export async function bodyParts(
  findPlace: FindPlace,
  channel: string,
  { items, historyProgress = [] }: Pick<NormalizedWebhook, 'items' | 'historyProgress'>,
): Promise<BodyParts> {
  const displayPhones = displayPhonesOf([...items, ...historyProgress], channel)
  const parts = partsByAccount()
  const unknownInboxes = new Map<string, NamedInbox>()
  const failures = new Set<unknown>()
  const placeOf = (inbox: NamedInbox) => findPlace({ ...inbox, displayPhone: displayPhones.get(keyOf(inbox)) ?? null })
  const give = async (inbox: NamedInbox, other: NamedInbox | null, take: (part: GrowingPart, isOther: boolean) => void) => {
    try {
      const place = await placeOf(inbox)
      const otherPlace = place === null && other !== null ? await placeOf(other) : null
      if (place !== null) take(parts.of(place), false)
      else if (otherPlace !== null) take(parts.of(otherPlace), true)
      else unknownInboxes.set(keyOf(inbox), inbox)
    } catch (error) {
      failures.add(error)
    }
  }
  for (const item of items) {
    const { otherwise } = item
    const inbox = inboxOf(item, channel)
    await give(inbox, otherwise === undefined ? null : { ...inbox, oaId: otherwise.oaId }, (part, isOther) =>
      part.items.push(isOther ? { ...item, ...otherwise } : item),
    )
  }
  for (const progress of historyProgress) await give(inboxOf(progress, channel), null, (part) => part.historyProgress.push(progress))
  return { parts: parts.all, unknownInboxes: [...unknownInboxes.values()], failures: [...failures] }
}

type GrowingPart = Place & { readonly items: NormalizedItem[]; readonly historyProgress: HistoryProgress[] }

/** Collects parts in the order in which the body first names them. Two inboxes of one account are in one part. */
function partsByAccount() {
  const all: GrowingPart[] = []
  const known = new Map<WebhookStore, Map<string, GrowingPart>>()
  const of = ({ store, accountId }: Place): GrowingPart => {
    const ofStore = known.get(store) ?? new Map<string, GrowingPart>()
    known.set(store, ofStore)
    const part = ofStore.get(accountId) ?? { store, accountId, items: [], historyProgress: [] }
    if (!ofStore.has(accountId)) all.push(part)
    ofStore.set(accountId, part)
    return part
  }
  return { all, of }
}

type FromInbox = Pick<NormalizedItem, 'channel' | 'oaId' | 'displayPhone'>

function inboxOf({ channel, oaId }: FromInbox, own: string): NamedInbox {
  return { channel: channel ?? own, oaId }
}

/** The number of an inbox is what the body says first, because not each of its parts says it. */
function displayPhonesOf(parts: readonly FromInbox[], channel: string): ReadonlyMap<string, string> {
  const phones = new Map<string, string>()
  for (const part of parts) {
    const key = keyOf(inboxOf(part, channel))
    if (part.displayPhone !== undefined && !phones.has(key)) phones.set(key, part.displayPhone)
  }
  return phones
}
