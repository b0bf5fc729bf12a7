import { deepEqual, equal, ok } from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { type AccountConversations, type Conversation, createConversationStore } from '../../src/index.js'
import { isRefusal, type Race } from './adoption-races.js'
import { raceDatabases } from './race-databases.js'

/**
 * Runs a race so many times on PostgreSQL, in a database of its own, with small random offsets between its calls. Then
 * nobody has two active conversations, no alias points at an alias, no change that was acknowledged is lost, and
 * PostgreSQL had to end no deadlock.
 */
export async function runAdoptionRace({ prepare, calls }: Race, trials: number): Promise<void> {
  const database = await raceDatabases.PostgreSQL()
  const store = createConversationStore({ url: database.url })
  const account = store.forAccount('acme')
  for (let n = 0; n < trials; n++) {
    await prepare(account, n)
    const settled = await Promise.allSettled(
      calls.map(async (call) => {
        await setTimeout(Math.random() * 4)
        return call(account, n)
      }),
    )
    for (const result of settled) if (result.status === 'rejected' && !isRefusal(result.reason)) throw result.reason
    await stands(account, settled.flatMap(acknowledged))
  }
  await store.close()
  const client = new Client({ connectionString: database.url })
  await client.connect()
  const { rows: twice } = await client.query(
    `select coalesce(i.canonical_id, i.id) as head from conversations c join contact_inboxes i on i.id = c.contact_inbox_id
     where c.status <> 'closed' group by 1 having count(*) > 1 or bool_or(i.canonical_id is not null)`,
  )
  const { rows: chains } = await client.query(
    'select a.id from contact_inboxes a join contact_inboxes b on b.id = a.canonical_id where b.canonical_id is not null',
  )
  const { rows: deadlocks } = await client.query('select deadlocks::integer from pg_stat_database where datname = current_database()')
  await client.end()
  await database.drop()
  deepEqual({ twice, chains, deadlocks }, { twice: [], chains: [], deadlocks: [{ deadlocks: 0 }] })
}

interface Acknowledged {
  readonly outcome: string
  readonly conversation: Conversation
}

function acknowledged(result: PromiseSettledResult<unknown>): Acknowledged[] {
  const value = result.status === 'fulfilled' ? result.value : null
  return typeof value === 'object' && value !== null && 'conversation' in value ? [value as Acknowledged] : []
}

/** Whether every acknowledged change made its own version, and the youngest is what is stored. */
async function stands(account: AccountConversations, results: readonly Acknowledged[]): Promise<void> {
  const changes = results.filter(({ outcome }) => outcome !== 'unchanged' && outcome !== 'duplicate')
  equal(new Set(changes.map(({ conversation: { id, version } }) => `${id} ${version}`)).size, changes.length)
  for (const { conversation } of changes) {
    const stored = await account.findConversation({ conversationId: conversation.id })
    ok(stored !== null && stored.version >= conversation.version)
    if (stored.version === conversation.version) deepEqual(stored, conversation)
    if (conversation.nickname !== null) equal(stored.nickname, conversation.nickname)
  }
}
