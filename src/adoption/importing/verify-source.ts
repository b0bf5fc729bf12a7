import type { Message } from '../../model/records.js'
import { cleanText } from '../../model/validation/unicode.js'
import type { ImportAccount, ImportDifference, ImportOptions, ImportVerified } from '../import-types.js'
import { groupRows, type LegacyGroup } from './group-rows.js'
import { type ImportTables, importTables } from './import-tables.js'
import type { LegacyMessage, LegacyRow, LegacySource } from './legacy-source.js'
import { countOf } from './legacy-values.js'
import { readMessage } from './read-message.js'

/** The name of the pass. */
export function importKey({ conversations: { name } }: ImportTables): string {
  return `import of ${name}`
}

export async function verifySource(source: LegacySource, options: ImportOptions): Promise<ImportVerified> {
  const tables = importTables(options)
  const [counts, pass, rejected] = [await source.counts(), await source.passes.read(importKey(tables)), await source.countRejected()]
  const of = (name: string) => countOf(pass?.counts[name])
  const accounts = []
  for (const { accountId, customers } of counts.customers) {
    const conversations = await countIn(options, accountId)
    accounts.push({ accountId, customers, conversations })
  }
  const sample = await compareSample(source, options, tables)
  const conversations = { rows: counts.conversations, seen: of('seen') }
  const messages = { rows: counts.messages, seen: of('stored') + of('known') + of('refusedMessages') }
  const problems = [
    ...(pass === null || !pass.done ? ['No import has come to its end yet: run it.'] : []),
    ...(conversations.rows > conversations.seen
      ? [`${conversations.rows - conversations.seen} conversation(s) have come since: run it again.`]
      : []),
    ...(messages.rows > messages.seen ? [`${messages.rows - messages.seen} message(s) have come since: run it again.`] : []),
    ...(of('refusedConversations') > 0
      ? []
      : accounts
          .filter((each) => each.conversations < each.customers)
          .map(
            ({ accountId, customers, conversations: own }) => `Account ${accountId} has ${customers} customers, and ${own} in the store.`,
          )),
    ...(sample.differences.length > 0 ? [`Of the sample ${sample.differences.length} differ.`] : []),
  ]
  return { ok: problems.length === 0, problems, accounts, messages, conversations, rejected, sample }
}

/** An account that the store refuses to name has nothing in it. */
async function countIn({ store }: ImportOptions, accountId: string): Promise<number> {
  const account = accountOf(store, accountId)
  return account === null ? 0 : account.countConversations({})
}

function accountOf(store: ImportOptions['store'], accountId: string): ImportAccount | null {
  try {
    return store.forAccount(accountId)
  } catch {
    return null
  }
}

/** How many messages of a customer are compared. */
const comparedMessages = 1_000

async function compareSample(source: LegacySource, { store, sample: size = 100 }: ImportOptions, tables: ImportTables) {
  const rows = await source.sample(size)
  const { groups } = groupRows(tables, rows.map(asOfPage))
  const differences: ImportDifference[] = []
  for (const group of groups) {
    const { accountId, oaId, customerId } = group
    const keys = group.rows.map(({ key }) => key)
    if ((await source.wereRejected('conversations', keys)).some((each) => each)) continue
    const account = accountOf(store, accountId)
    const found = account === null ? ['The store has no such account.'] : await differencesOf(source, account, group, tables)
    for (const what of found) differences.push({ accountId, oaId, customerId, what })
  }
  return { size: groups.length, differences }
}

function asOfPage(row: LegacyRow): LegacyRow {
  return { ...row, inPage: true }
}

async function differencesOf(
  source: LegacySource,
  account: ImportAccount,
  group: LegacyGroup,
  { messages: table }: ImportTables,
): Promise<readonly string[]> {
  const { oaId, customerId, patch } = group
  const conversation = await account.findByOaAndCustomer({ oaId, customerId, status: 'any' })
  if (conversation === null) return ['It is not in the store.']
  const names = (['nickname', 'customerName', 'customerUsername', 'chatbotId'] as const).flatMap((field) =>
    patch[field] === undefined || patch[field] === conversation[field] ? [] : [`Its ${field} is another one.`],
  )
  // What has come live, or was done by somebody since, is the store's own.
  const isUntouched = conversation.lastInboundAt === null && conversation.readSeq === 0
  const isActive = conversation.status !== 'closed'
  const status = isUntouched && isActive && group.status === 'closed' ? ['It is active, and was closed.'] : []
  if (table === null) return [...names, ...status]
  const references = group.rows.map(({ reference }) => reference)
  const rows = await source.messages(references, { offset: 0, limit: comparedMessages })
  const seen = new Set<string>()
  const messages: string[] = []
  const missing: LegacyMessage[] = []
  let inbound = 0
  for (const { message } of rows) {
    const expected = readMessage(table, customerId, message)
    if (typeof expected === 'string') continue
    const { messageId, localId = '' } = expected
    if (seen.has(messageId ?? localId)) continue
    seen.add(messageId ?? localId)
    if (expected.direction === 'inbound') inbound++
    const found = await account.findMessage(messageId === undefined ? { oaId, customerId, localId } : { oaId, customerId, messageId })
    if (found === null) missing.push(message)
    else if (!isSame(found, expected)) messages.push(`The message ${message.id} is another one.`)
  }
  const rejected = await source.wereRejected(
    'messages',
    missing.map(({ key }) => key),
  )
  for (const [at, { id }] of missing.entries()) if (rejected[at] !== true) messages.push(`The message ${id} is not there.`)
  const unread = Math.min(group.unread, inbound)
  const count = isUntouched && missing.length === 0 && rows.length < comparedMessages && conversation.unreadCount !== unread
  return [...names, ...status, ...messages, ...(count ? [`It has ${conversation.unreadCount} unread messages, and had ${unread}.`] : [])]
}

function isSame(found: Message, expected: Exclude<ReturnType<typeof readMessage>, string>): boolean {
  if (found.deletedAt !== null || found.editedAt !== null) return true
  return (
    (found.text ?? '') === cleanText(expected.text ?? '') &&
    found.occurredAt.getTime() === expected.occurredAt?.getTime() &&
    found.direction === expected.direction
  )
}
