import { createNames } from '../../src/postgres/names.js'
import { migrationSteps } from '../../src/postgres/schema/steps.js'

/**
 * Makes of the schema what a library had left that knew no step from `first` on. What can't be made twice is undone,
 * and the ledger forgets the steps.
 */
export async function forgetSteps(query: (text: string) => Promise<unknown>, schema: string, first: number): Promise<void> {
  for (const once of ['waiting-events', 'groups', 'identities', 'merges', 'contact-merges']) {
    const step = migrationSteps.find(({ name }) => name === once)
    for (const statement of step?.undo(createNames({ schema })) ?? []) await query(statement)
  }
  const forgotten = migrationSteps.filter(({ number }) => number >= first).map(({ number }) => `'${String(number).padStart(3, '0')}'`)
  await query(`delete from "${schema}".conversation_store_migrations where version in (${forgotten})`)
}
