import { limits } from '../limits.js'
import { digitsOf, otherFormsOf } from '../phone-forms.js'
import type { UpsertItem } from '../upsert-item.js'
import { compareBytes } from './byte-order.js'
import { headOf } from './scopes.js'
import type { World } from './world.js'

/**
 * The item, which also names the form by which its inbox knows a number that it doesn't know in the given one. People
 * who were moved from another provider have their numbers in that one's form, and write by the new one's from then on.
 * So it holds in inboxes alone to which people were moved. Where several people have the number, nobody is meant.
 */
export function withKnownForms(world: World, item: UpsertItem): UpsertItem {
  const { oaId, customerId, ids } = item
  const isLone = item.identities.length === 0
  const named = isLone ? [{ id: customerId, kind: 'phone' }] : item.identities
  const unknown = named.filter(({ id }) => digitsOf(id) !== null && world.contactInbox(oaId, id) === null)
  if (unknown.length === 0 || world.inbox(oaId)?.matchesNumbers !== true) return item
  const forms = new Set(unknown.flatMap(({ id }) => knownForm(world, oaId, id) ?? []))
  const further = [...forms].filter((form) => named.every(({ id }) => id !== form)).map((id) => ({ id, kind: 'phone' }))
  if (further.length === 0 || named.length + further.length > limits.identities) return item
  return { ...item, identities: [...named, ...further], ids: { ...ids, identities: isLone ? [ids.contactInbox] : ids.identities } }
}

function knownForm(world: World, oaId: string, id: string): string | null {
  const known = otherFormsOf(id).flatMap((form) => world.contactInbox(oaId, form) ?? [])
  const heads = new Set(known.flatMap((row) => headOf(world, row)?.id ?? []))
  return heads.size === 1 ? (known.map(({ customerId }) => customerId).sort(compareBytes)[0] ?? null) : null
}
