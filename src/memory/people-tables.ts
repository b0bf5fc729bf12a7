import { compositeKey } from '../model/composite-key.js'
import type { ContactInboxRow, ContactRow, InboxRow } from '../model/planning/rows.js'
import type { Journal, SetIndex } from './journal.js'

export interface PeopleTables {
  /** The inboxes by `oaId`. */
  readonly inboxes: ReadonlyMap<string, InboxRow>
  readonly contacts: ReadonlyMap<string, ContactRow>
  readonly contactInboxes: ReadonlyMap<string, ContactInboxRow>
  contactInbox(oaId: string, customerId: string): ContactInboxRow | null
  contactsMergedInto(id: string): readonly ContactRow[]
  aliasesOf(contactInboxId: string): readonly ContactInboxRow[]
  putInbox(row: InboxRow): void
  putContact(row: ContactRow): void
  putContactInbox(row: ContactInboxRow): void
}

export function createPeopleTables(journal: Journal): PeopleTables {
  const inboxes = new Map<string, InboxRow>()
  const contacts = new Map<string, ContactRow>()
  const contactInboxes = new Map<string, ContactInboxRow>()
  const byCustomer = new Map<string, string>()
  const aliases: SetIndex = new Map()
  const merged: SetIndex = new Map()
  const find = (id: string | undefined) => (id === undefined ? null : (contactInboxes.get(id) ?? null))

  return {
    inboxes,
    contacts,
    contactInboxes,
    contactInbox: (oaId, customerId) => find(byCustomer.get(compositeKey(oaId, customerId))),
    contactsMergedInto: (id) => [...(merged.get(id) ?? [])].flatMap((each) => contacts.get(each) ?? []),
    aliasesOf: (contactInboxId) => [...(aliases.get(contactInboxId) ?? [])].flatMap((id) => find(id) ?? []),
    putInbox: (row) => journal.assign(inboxes, row.oaId, row),
    putContact(row) {
      const before = contacts.get(row.id)
      if (before?.mergedInto) journal.exclude(merged, before.mergedInto, row.id)
      journal.assign(contacts, row.id, row)
      if (row.mergedInto) journal.include(merged, row.mergedInto, row.id)
    },
    putContactInbox(row) {
      const before = contactInboxes.get(row.id)
      // Whoever moved to another inbox is not found in the former one any more.
      if (before && before.oaId !== row.oaId) journal.assign(byCustomer, compositeKey(before.oaId, before.customerId), undefined)
      if (before?.canonicalId) journal.exclude(aliases, before.canonicalId, row.id)
      journal.assign(contactInboxes, row.id, row)
      journal.assign(byCustomer, compositeKey(row.oaId, row.customerId), row.id)
      if (row.canonicalId) journal.include(aliases, row.canonicalId, row.id)
    },
  }
}
