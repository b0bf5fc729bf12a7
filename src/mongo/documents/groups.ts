import type { Doc } from '../driver.js'
import { list, present, text, textOrNull, texts } from './fields.js'

/** One of the further ids of a customer. */
export interface Alias {
  /** The id of its contact inbox. */
  readonly id: string
  readonly customerId: string
  /** The head that the id belonged to before this person took it over. */
  readonly previousHeadId: string | null
}

/**
 * What the conversations of a customer with several ids repeat of the contact inboxes: `group`, which the others lack.
 * So one command finds the active conversation by any of the ids, and tells where the customer's messages are stored.
 * Whoever changes the group writes it in the same transaction, so a write that went by the old one conflicts.
 */
export interface Group {
  /** The ids of the contact inboxes under which messages and events are stored. */
  readonly scopes: readonly string[]
  readonly aliases: readonly Alias[]
}

export function groupDocument({ scopes, aliases }: Group): Doc {
  return { scopes, aliases: aliasDocuments(aliases) }
}

export function groupOf({ group }: Doc): Group | null {
  if (typeof group !== 'object' || group === null) return null
  return { scopes: texts(Reflect.get(group, 'scopes')), aliases: aliasesOf(group as Doc) }
}

/** The group of a head, as the head's own document tells it. Null for a customer with one id. */
export function groupOfHead(head: Doc): Group | null {
  const isAlone = head.scopes === undefined && head.aliases === undefined
  return isAlone ? null : { scopes: head.scopes === undefined ? [text(head._id)] : texts(head.scopes), aliases: aliasesOf(head) }
}

/** The aliases of a head, which its own document lists in `aliases`. */
export function aliasesOf({ aliases }: Doc): readonly Alias[] {
  return list(aliases).map((alias) => ({
    id: text(alias.id),
    customerId: text(alias.customer_id),
    previousHeadId: textOrNull(alias.previous_head_id),
  }))
}

export function aliasDocuments(aliases: readonly Alias[]): readonly Doc[] {
  return aliases.map(({ id, customerId, previousHeadId }) => ({
    id,
    customer_id: customerId,
    ...present('previous_head_id', previousHeadId),
  }))
}
