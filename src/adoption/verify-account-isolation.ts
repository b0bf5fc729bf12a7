import { byEngine } from './databases.js'
import type { IsolationFacts, IsolationOptions, IsolationReport } from './isolation-types.js'

/**
 * Reads whether accounts are walls in the host's conversations. It writes nothing, reads all conversations, and may run
 * beside writers: what it says is what was true while it read.
 */
export async function verifyAccountIsolation(options: IsolationOptions): Promise<IsolationReport> {
  const facts = await byEngine(options.db, {
    mongo: async (db) => (await import('./mongo/verify-account-isolation.js')).isolationFacts(db, options),
    postgres: async (driver) => (await import('./postgres/verify-account-isolation.js')).isolationFacts(driver, options),
  })
  const problems = problemsOf(facts)
  return { ok: problems.length === 0, problems, missing: facts.conversations - facts.alreadySet, ...facts }
}

function problemsOf(facts: IsolationFacts): readonly string[] {
  const { resolved, orphans, ambiguous, noAccount, noOaId, doubles, indexes } = facts
  const left = [
    [orphans, 'without an integration'],
    [ambiguous, 'whose integrations are of several accounts'],
    [noAccount, 'whose integration has no account'],
    [noOaId, 'without an inbox'],
  ] as const
  return [
    ...(resolved > 0 ? [`${resolved} conversation(s) have no account, and their integration has one: run the backfill.`] : []),
    ...left.flatMap(([count, what]) =>
      count > 0 ? [`${count} conversation(s) ${what} have no account: assign one, or move them to the quarantine.`] : [],
    ),
    ...(doubles === null
      ? []
      : [`${doubles.totalDocuments} conversations share ${doubles.totalGroups} key(s) of the new index: merge them. ${doubles.query}`]),
    ...(indexes.new.state === 'unique' ? [] : [`The index ${indexes.new.name} is not unique yet: swap the index.`]),
    ...indexes.old.map((name) => `The index ${name} still forbids a customer of another account: swap the index.`),
  ]
}
