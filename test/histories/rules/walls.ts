import type { Operation } from '../history.js'
import type { AccountRows, Violation, World } from '../world.js'

/** No row and no answer of one account names or shows what is another's. */
export function wallRules({ operations, accounts }: World): readonly Violation[] {
  return [...accounts.flatMap((rows) => foreignNames(rows)), ...operations.flatMap(foreignAnswers)]
}

const rule = 'accounts are walls'

function foreignNames({ accountId, conversations, messages, events, contactInboxes, contacts }: AccountRows): readonly Violation[] {
  const ids = {
    conversation: new Set(conversations.map(({ id }) => id)),
    contactInbox: new Set(contactInboxes.map(({ id }) => id)),
    contact: new Set(contacts.map(({ id }) => id)),
  }
  const named = [
    ...[...messages, ...events].map(({ id, conversation_id }) => [id, 'conversation', conversation_id] as const),
    ...[...messages, ...events, ...conversations].map(({ id, contact_inbox_id }) => [id, 'contactInbox', contact_inbox_id] as const),
    ...[...conversations, ...contactInboxes].map(({ id, contact_id }) => [id, 'contact', contact_id] as const),
    ...contactInboxes.map(({ id, canonical_id }) => [id, 'contactInbox', canonical_id] as const),
  ]
  const foreign = named.filter(([, kind, name]) => name !== null && !ids[kind].has(name))
  return foreign.map(([id, kind, name]) => ({
    rule,
    told: `${id} of ${accountId} names the ${kind} ${name}, which it has not`,
    witness: [],
  }))
}

function foreignAnswers(operation: Operation): readonly Violation[] {
  if (operation.outcome !== 'ok' || operation.method === 'findInboxOwner') return []
  const others = accountsIn(operation.result).filter((accountId) => accountId !== operation.accountId)
  return others.length === 0 ? [] : [{ rule, told: `${operation.op} shows rows of ${others[0]}`, witness: [operation] }]
}

/** Every `accountId` in an answer. */
function accountsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  const { accountId } = value as { readonly accountId?: unknown }
  return [...(typeof accountId === 'string' ? [accountId] : []), ...Object.values(value).flatMap(accountsIn)]
}
