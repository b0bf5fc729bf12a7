import { compositeKey } from '../model/composite-key.js'
import { byAge } from '../model/planning/byte-order.js'
import { rememberedOperation } from '../model/planning/operations.js'
import type { ConversationRow } from '../model/planning/rows.js'
import type { Journal, SetIndex } from './journal.js'

export interface ConversationTable {
  readonly rows: ReadonlyMap<string, ConversationRow>
  active(contactInboxId: string): ConversationRow | null
  latest(contactInboxId: string): ConversationRow | null
  activeByUsername(oaId: string, usernameKey: string): ConversationRow | null
  withOperation(contactInboxId: string, operationId: string): ConversationRow | null
  of(contactInboxId: string): readonly ConversationRow[]
  snoozed(): readonly ConversationRow[]
  put(row: ConversationRow): void
  remove(id: string): void
}

export function createConversationTable(journal: Journal): ConversationTable {
  const rows = new Map<string, ConversationRow>()
  const active = new Map<string, string>()
  const latest = new Map<string, string>()
  const usernames = new Map<string, string>()
  const byContactInbox: SetIndex = new Map()
  const byStatus: SetIndex = new Map()
  const find = (id: string | undefined) => (id === undefined ? null : (rows.get(id) ?? null))

  const unindex = (row: ConversationRow) => {
    journal.exclude(byStatus, row.status, row.id)
    if (row.status === 'closed') return
    journal.assign(active, row.contactInboxId, undefined)
    if (row.usernameKey !== null) journal.assign(usernames, compositeKey(row.oaId, row.usernameKey), undefined)
  }
  const index = (row: ConversationRow) => {
    journal.include(byStatus, row.status, row.id)
    journal.include(byContactInbox, row.contactInboxId, row.id)
    const last = find(latest.get(row.contactInboxId))
    if (last === null || byAge(row, last) > 0) journal.assign(latest, row.contactInboxId, row.id)
    if (row.status === 'closed') return
    journal.assign(active, row.contactInboxId, row.id)
    if (row.usernameKey !== null) journal.assign(usernames, compositeKey(row.oaId, row.usernameKey), row.id)
  }

  /**
   * Removes a conversation from a contact inbox: one that has become an alias, after it was reopened under the
   * canonical one, or its own, after it was merged into another conversation.
   */
  const leave = ({ contactInboxId, id }: ConversationRow) => {
    journal.exclude(byContactInbox, contactInboxId, id)
    const left = [...(byContactInbox.get(contactInboxId) ?? [])].flatMap((each) => find(each) ?? [])
    journal.assign(latest, contactInboxId, left.reduce<ConversationRow | null>((a, b) => (a && byAge(a, b) > 0 ? a : b), null)?.id)
  }

  return {
    rows,
    active: (contactInboxId) => find(active.get(contactInboxId)),
    latest: (contactInboxId) => find(latest.get(contactInboxId)),
    activeByUsername: (oaId, usernameKey) => find(usernames.get(compositeKey(oaId, usernameKey))),
    withOperation(contactInboxId, operationId) {
      const all = [...(byContactInbox.get(contactInboxId) ?? [])].map(find)
      return all.find((row) => row !== null && rememberedOperation(row, operationId) !== null) ?? null
    },
    of: (contactInboxId) => [...(byContactInbox.get(contactInboxId) ?? [])].flatMap((id) => find(id) ?? []),
    snoozed: () => [...(byStatus.get('snoozed') ?? [])].flatMap((id) => find(id) ?? []),
    put(row) {
      const before = rows.get(row.id)
      if (before && isIndexedAlike(before, row)) return journal.assign(rows, row.id, row)
      if (before) unindex(before)
      journal.assign(rows, row.id, row)
      index(row)
      if (before && before.contactInboxId !== row.contactInboxId) leave(before)
    },
    remove(id) {
      // What is indexed is the row as it is stored, which the caller may have changed already.
      const row = rows.get(id)
      if (row === undefined) return
      unindex(row)
      journal.assign(rows, id, undefined)
      leave(row)
    },
  }
}

function isIndexedAlike(a: ConversationRow, b: ConversationRow): boolean {
  return a.oaId === b.oaId && a.status === b.status && a.usernameKey === b.usernameKey && a.contactInboxId === b.contactInboxId
}
