import { inspect } from 'node:util'
import { expect } from 'vitest'
import { type AccountConversations, createConversationStore, isConversationStoreError } from '../../src/index.js'
import { messages, type TestDatabase } from './database.js'

/** The codes of the server beyond the numbers that it gives one after another, which end at about 470. */
const scattered = [
  8000, 9001, 9996, 10003, 10058, 10107, 10334, 11000, 11600, 11601, 11602, 12586, 12587, 13104, 13113, 13297, 13388, 13435, 13436, 14031,
  17280, 28769, 31082, 40413, 40414, 40415, 46841, 50768, 50915, 56846, 57986, 91331, 640570, 640571, 1003141, 4662500, 4938500, 9737301,
  9751901, 9751902, 9751903, 10045600, 10171600,
]
/**
 * Every code of the server, and those that it may give next. The fail point can't raise 121, 11000 and 13388, because
 * they come with more than a code, and the server ends at 330, by which it tells itself that a command was answered.
 */
export const everyCode: readonly number[] = [...Array.from({ length: 480 }, (_, index) => index + 1), ...scattered].filter(
  (code) => ![121, 330, 11000, 13388].includes(code),
)
/** One of each kind, and those that once came out raw. */
export const someCodes: readonly number[] = [
  1, 2, 6, 8, 11, 13, 14, 18, 24, 26, 43, 50, 64, 67, 89, 91, 96, 112, 133, 146, 175, 189, 202, 225, 237, 251, 256, 262, 263, 264, 267, 290,
  292, 365, 391, 402, 433, 462, 8000, 9001, 10107, 10334, 11600, 11601, 11602, 13435, 14031, 40415, 46841, 91331,
]

const contention: readonly number[] = [24, 112, 239, 246, 251]
const refusals: Readonly<Record<number, string>> = {
  13: 'UNSUPPORTED',
  18: 'UNSUPPORTED',
  121: 'VALIDATION_FAILED',
  10334: 'PAYLOAD_TOO_LARGE',
}
/**
 * The server refuses a write before it does anything: it is not the primary, or wants the user to log in again (391),
 * for which the driver then has no credentials here.
 */
const refusedFirst: readonly number[] = [189, 391, 10058, 10107, 13435, 13436]

interface Kind {
  readonly kind: string
  readonly failCommands: readonly string[]
  /** Whether a code that tells nothing may come after the write was applied. */
  readonly mayBeApplied: boolean
  readonly call: (account: AccountConversations, index: number) => Promise<unknown>
}

const key = { oaId: 'page', customerId: 'codes' }
export const kinds: readonly Kind[] = [
  { kind: 'a read', failCommands: ['find'], mayBeApplied: false, call: async (account) => account.listConversations() },
  {
    kind: 'a single-command write',
    failCommands: ['findAndModify'],
    mayBeApplied: true,
    call: (account, index) => account.updateNickname({ ...key, nickname: `nickname ${index}` }),
  },
  {
    kind: 'a write of a transaction',
    failCommands: ['insert', 'update', 'bulkWrite'],
    mayBeApplied: false,
    call: (account, index) => account.upsertConversationWithEvents({ ...key, events: messages(1, `secret-${index}`) }),
  },
  {
    kind: 'the commit of a transaction',
    failCommands: ['commitTransaction'],
    mayBeApplied: true,
    call: (account, index) => account.upsertConversationWithEvents({ ...key, events: messages(1, `secret-${index}`) }),
  },
]

/** Makes the server answer with each of the codes, and checks what comes out. */
export async function walkCodes(
  database: TestDatabase,
  { failCommands, mayBeApplied, call }: Kind,
  codes: readonly number[],
): Promise<void> {
  const account = createConversationStore({ adapter: database.adapter, retry: { attempts: 1 }, deadlineMs: 10_000 }).forAccount('acme')
  await account.upsertConversation(key)
  const sessions: { readonly id: unknown }[] = []
  database.client.on('commandStarted', ({ commandName, command }) => {
    if (commandName === 'commitTransaction') sessions.push({ id: command.lsid.id })
  })
  const isCommit = failCommands.includes('commitTransaction')
  // A commit that gave way begins anew, and would meet the transaction that the fail point has left open.
  const raised = isCommit ? codes.filter((code) => !contention.includes(code)) : codes
  for (const [index, code] of raised.entries()) {
    // The driver repeats a command once or twice, and the adapter repeats a commit.
    await database.failCommand({ times: 1_000 }, { failCommands, errorCode: code, errorLabels: [] })
    const error: unknown = await call(account, index).then(
      () => 'no error',
      (thrown: unknown) => thrown,
    )
    await database.failCommand({ times: 0 }, { failCommands })
    // A transaction whose commit was answered by an error is still open, and would keep its locks for a minute.
    if (sessions.length > 0) await database.client.db('admin').command({ killSessions: sessions.splice(0) })
    if (!isConversationStoreError(error)) throw new Error(`${code} came out as ${inspect(error)}`)
    expect(error.code, `${code}: ${error.cause}`).toBe(expectedCode(code, mayBeApplied, isCommit))
    expect([code, error.outcome]).toEqual([code, error.code === 'COMMIT_OUTCOME_UNKNOWN' ? 'unknown' : 'not_applied'])
    expect([code, inspect(error.cause, { depth: 9, showHidden: true })]).not.toEqual([code, expect.stringContaining('secret-')])
  }
  await call(account, codes.length)
}

function expectedCode(code: number, mayBeApplied: boolean, isCommit: boolean): string {
  if (contention.includes(code)) return 'CONTENTION'
  if (isCommit) return refusals[code] === 'UNSUPPORTED' ? 'UNSUPPORTED' : 'COMMIT_OUTCOME_UNKNOWN'
  const refused = refusals[code]
  if (refused !== undefined) return refused
  if (code === 50) return 'UNAVAILABLE'
  return mayBeApplied && !refusedFirst.includes(code) ? 'COMMIT_OUTCOME_UNKNOWN' : 'UNAVAILABLE'
}
