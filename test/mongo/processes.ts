import { type Document, MongoClient } from 'mongodb'
import { type AccountConversations, createConversationStore, isConversationStoreError } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import type { TestDatabase } from './database.js'

/** Accounts as several processes would have them: each has a client, a pool and a queue of its own. */
export interface Processes extends AsyncDisposable {
  readonly accounts: readonly AccountConversations[]
}

export async function openProcesses(url: string, { db }: TestDatabase, count: number, accountId = 'acme'): Promise<Processes> {
  const clients = await Promise.all(Array.from({ length: count }, () => new MongoClient(url, { maxPoolSize: 5 }).connect()))
  const accounts = clients.map((client) =>
    createConversationStore({ adapter: mongo({ client, db: db.databaseName }) }).forAccount(accountId),
  )
  // The first call of an adapter asks the server what it can do, which would delay it in a race.
  for (const account of accounts) await account.countConversations()
  return {
    accounts,
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client.close()
    },
  }
}

/** Returns numbers that look random and are the same in every run. */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** What a call came to: its outcome, or the code of its refusal. Any other error is thrown. */
export async function outcomeOf(call: Promise<{ readonly outcome: string }>): Promise<string> {
  try {
    return (await call).outcome
  } catch (error) {
    if (isConversationStoreError(error)) return error.code
    throw error
  }
}

/** The canonical customers of an account that have more than one active conversation. */
export async function customersWithTwo({ db }: TestDatabase): Promise<readonly unknown[]> {
  const read = (name: string, filter: Document) =>
    db
      .collection(name)
      .find({ accountId: 'acme', ...filter })
      .toArray()
  const [contactInboxes, active] = await Promise.all([read('contact_inboxes', {}), read('conversations', { active: true })])
  const canonicalOf = new Map(contactInboxes.map(({ _id, canonical_id }) => [_id, canonical_id ?? _id]))
  const owners = active.map(({ contact_inbox_id }) => canonicalOf.get(contact_inbox_id))
  return owners.filter((owner, index) => owners.indexOf(owner) !== index)
}
