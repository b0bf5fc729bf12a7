import type { NamedInbox } from '../webhook-store.js'

/** The part of a body that is one account's, or for null the part that is nobody's. */
export interface BodyPart {
  readonly accountId: string | null
  readonly body: unknown
  /** The inboxes in it that are the account's. */
  readonly inboxes: readonly NamedInbox[]
}

/** Where an item stands in a body, and whose it is. */
export interface OwnedItem {
  readonly path: string
  readonly accountId: string | null
  readonly inbox: NamedInbox
}

interface Mark {
  readonly path: readonly string[]
  readonly accountId: string | null
}

/**
 * Parts a body by account, along the elements of its lists. A body of one account is its whole. In another one, an
 * element with items of one account goes to it with everything that is in it; an element with items of several is
 * parted further; and a list without any items, in which nobody knows whose the elements are, is nobody's. So an
 * account's part has none of the items of another one, and what was not understood in it is there to be read again.
 */
export function bodyParts(body: unknown, items: readonly OwnedItem[]): readonly BodyPart[] {
  const owners = [...new Set(items.map(({ accountId }) => accountId))]
  if (owners.length < 2) return [{ accountId: owners[0] ?? null, body, inboxes: inboxesOf(items, owners[0] ?? null) }]
  const marks = items.map(({ path, accountId }) => ({ path: stepsOf(path), accountId }))
  const accounts = owners.includes(null) || hasUnowned(body, marks) ? [...new Set([...owners, null])] : owners
  return accounts.map((accountId) => ({ accountId, body: partOf(body, marks, accountId), inboxes: inboxesOf(items, accountId) }))
}

function inboxesOf(items: readonly OwnedItem[], accountId: string | null): readonly NamedInbox[] {
  const own = accountId === null ? [] : items.filter((item) => item.accountId === accountId)
  return [...new Map(own.map(({ inbox }) => [JSON.stringify([inbox.channel, inbox.oaId]), inbox])).values()]
}

/** `entry[0].messaging[2]` are the steps `entry`, `0`, `messaging`, `2`. The whole body is called `body`. */
function stepsOf(path: string): readonly string[] {
  return path === 'body' ? [] : (path.match(/[^.[\]]+/g) ?? [])
}

/** The marks below a key or an index, each with the steps that are left. */
function below(marks: readonly Mark[], step: string): readonly Mark[] {
  return marks.flatMap(({ path: [first, ...rest], accountId }) => (first === step ? [{ path: rest, accountId }] : []))
}

/** Whether several accounts have items in different places below. */
function isShared(marks: readonly Mark[]): boolean {
  return new Set(marks.map(({ accountId }) => accountId)).size > 1 && marks.every(({ path }) => path.length > 0)
}

function partOf(value: unknown, marks: readonly Mark[], accountId: string | null): unknown {
  if (!isShared(marks) || typeof value !== 'object' || value === null) return value
  const isOwn = (own: readonly Mark[]) => (own.length === 0 ? accountId === null : own.some((mark) => mark.accountId === accountId))
  if (Array.isArray(value)) {
    return value.flatMap((element: unknown, index) => {
      const own = below(marks, String(index))
      return isOwn(own) ? [partOf(element, own, accountId)] : []
    })
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]: [string, unknown]): [string, unknown][] => {
      const own = below(marks, key)
      if (own.length === 0) return Array.isArray(member) && accountId !== null ? [] : [[key, member]]
      return isOwn(own) ? [[key, partOf(member, own, accountId)]] : []
    }),
  )
}

/** Whether a shared part of the body has lists, or elements of lists, without items. */
function hasUnowned(value: unknown, marks: readonly Mark[]): boolean {
  if (!isShared(marks) || typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, member]: [string, unknown]) => {
    const own = below(marks, key)
    return own.length === 0 ? Array.isArray(value) || (Array.isArray(member) && member.length > 0) : hasUnowned(member, own)
  })
}
