import type { CustomerIdentity } from '../../../model/identities.js'
import { field, type Refused, readId, readName } from '../fields.js'

/** One sender or recipient, by all ids that a body gives of them. */
export interface Person {
  readonly customerId: string
  readonly identities: readonly CustomerIdentity[]
  /** The name of their profile, where the body says it. */
  readonly customerName?: string
}

/** The fields of one sender or recipient, by the kind of id that they should hold. */
export interface IdFields {
  readonly phone: readonly string[]
  readonly user_id: readonly string[]
  readonly parent_user_id: readonly string[]
}

type Kind = keyof IdFields
type Ids = Readonly<Partial<Record<Kind, string>>>

const kinds = ['phone', 'user_id', 'parent_user_id'] as const

/** Meta spells the parent's id of a status in two ways. A status of an on-premise client may name no one but here. */
export const recipientFields: IdFields = {
  phone: ['recipient_id'],
  user_id: ['recipient_user_id'],
  parent_user_id: ['recipient_parent_user_id', 'parent_recipient_user_id'],
}
export const fromFields: IdFields = { phone: ['from'], user_id: ['from_user_id'], parent_user_id: ['from_parent_user_id'] }
/** A request to the Send API names a user id as its `recipient`. */
export const toFields: IdFields = { phone: ['to'], user_id: ['to_user_id', 'recipient'], parent_user_id: ['to_parent_user_id'] }
const contactFields: IdFields = { phone: ['wa_id'], user_id: ['user_id'], parent_user_id: ['parent_user_id'] }

interface Contact {
  readonly ids: Ids
  readonly name: string | null
}

/** The entries of a `contacts` list, by each of their ids. */
export type Contacts = ReadonlyMap<string, readonly Contact[]>

export function readContacts(given: unknown): Contacts {
  const contacts = new Map<string, Contact[]>()
  for (const contact of Array.isArray(given) ? given : []) {
    const ids = readIds(contact, contactFields)
    if ('refused' in ids) continue
    const entry = { ids, name: readName(field(field(contact, 'profile'), 'name')) }
    for (const id of new Set(Object.values(ids))) contacts.set(id, [...(contacts.get(id) ?? []), entry])
  }
  return contacts
}

/**
 * Reads one sender or recipient. The entry of `contacts` that shares an id with them adds the ids that it has more.
 * It is found by its ids and never by its place, and one that contradicts the item itself, or another entry, adds
 * nothing. It also says the name of their profile. Null when nobody is named.
 */
export function readPerson(holder: unknown, fields: IdFields, contacts: Contacts): Person | Refused | null {
  const own = readIds(holder, fields)
  if ('refused' in own) return own
  const entries = new Set(Object.values(own).flatMap((id) => contacts.get(id) ?? []))
  const fitting = [...entries].filter(({ ids }) => agree(ids, own))
  const added = fitting.every(({ ids }) => fitting.every((other) => agree(ids, other.ids))) ? fitting : []
  const person = personOf(Object.assign({}, ...added.map(({ ids }) => ids), own))
  const name = added.map((entry) => entry.name).find((each) => each !== null) ?? null
  return person === null || name === null ? person : { ...person, customerName: name }
}

/** The person with these ids; null without any. People are called by their phone, which is known for longest. */
export function personOf(ids: Ids): Person | null {
  const identities = identitiesOf(ids)
  const [first] = identities
  return first === undefined ? null : { customerId: first.id, identities }
}

export function identitiesOf(ids: Ids): readonly CustomerIdentity[] {
  return kinds.flatMap((kind) => (ids[kind] === undefined ? [] : [{ id: ids[kind], kind }]))
}

/** Reads ids by their fields. What stands in the field of a phone may be a user id. */
export function readIds(holder: unknown, fields: IdFields): Ids | Refused {
  const ids: Partial<Record<Kind, string>> = {}
  for (const kind of kinds) {
    for (const name of fields[kind]) {
      const read = readId(field(holder, name), name)
      if (read === null) continue
      if ('refused' in read) return read
      ids[kindOf(read.id, kind)] ??= plainNumber(read.id)
    }
  }
  return ids
}

function kindOf(id: string, expected: Kind): Kind {
  if (/^\+?\d+$/.test(id)) return expected
  if (/^[A-Za-z]{2}\.ENT\./.test(id)) return 'parent_user_id'
  return expected === 'phone' ? 'user_id' : expected
}

/** WhatsApp writes numbers without a plus, so that one number is one id. */
function plainNumber(id: string): string {
  return /^\+\d+$/.test(id) ? id.slice(1) : id
}

function agree(a: Ids, b: Ids): boolean {
  return kinds.every((kind) => a[kind] === undefined || b[kind] === undefined || a[kind] === b[kind])
}
