import { randomBytes } from 'node:crypto'
import { type CommandStartedEvent, type Db, MongoClient, type MongoClientOptions } from 'mongodb'
import { type AccountConversations, type ConversationStore, createConversationStore } from '../../src/index.js'
import { type MongoOptions, mongo } from '../../src/mongo/index.js'
import type { ConversationAdapter } from '../../src/store/adapter.js'

/** A migrated database for one test, with a record of what its client sends. */
export interface TestDatabase extends AsyncDisposable {
  readonly client: MongoClient
  readonly db: Db
  readonly adapter: ConversationAdapter
  readonly store: ConversationStore
  readonly account: AccountConversations
  /** The commands that `work` sends. */
  commandsOf(work: () => Promise<unknown>): Promise<readonly CommandStartedEvent[]>
  /**
   * Makes the server fail the next commands of this client. The clients of other tests have other names and are not
   * affected.
   */
  failCommand(mode: { readonly times: number } | { readonly skip: number }, data: Record<string, unknown>): Promise<void>
}

export async function openDatabase(
  url: string,
  options: MongoClientOptions = {},
  more: Pick<MongoOptions, 'coalesce' | 'collectionPrefix'> = {},
): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const client = await new MongoClient(url, { appName: name, monitorCommands: true, ...options }).connect()
  const observer = await new MongoClient(url).connect()
  const db = client.db(name)
  const adapter = mongo({ client, db, ...more })
  await adapter.migrate()
  const store = createConversationStore({ adapter })
  const account = store.forAccount('acme')
  // The first calls make the adapter send the commands that it sends only once, so that the test does not count them.
  await account.findConversation({ conversationId: 'none' })
  await account.closeConversation({ conversationId: 'none' }).catch(() => undefined)
  await account.upsertConversation({ oaId: 'first', customerId: 'first' })
  return {
    client,
    db,
    adapter,
    store,
    account,
    async commandsOf(work) {
      const commands: CommandStartedEvent[] = []
      const note = (event: CommandStartedEvent) => commands.push(event)
      client.on('commandStarted', note)
      try {
        await work()
      } finally {
        client.off('commandStarted', note)
      }
      return commands
    },
    async failCommand(mode, data) {
      await observer.db('admin').command({ configureFailPoint: 'failCommand', mode, data: { appName: name, ...data } })
    },
    async [Symbol.asyncDispose]() {
      await observer.db(name).dropDatabase()
      await observer.close()
      await client.close()
    },
  }
}

export function namesOf(commands: readonly CommandStartedEvent[]): readonly string[] {
  return commands.map(({ commandName, command }) => {
    const collection: unknown = command[commandName]
    return typeof collection === 'string' ? `${commandName} ${collection}` : commandName
  })
}

let counter = 0

/** A customer that no other test knows. */
export function customer(): { readonly oaId: string; readonly customerId: string } {
  counter += 1
  return { oaId: 'page', customerId: `customer-${counter}` }
}

export function messages(count: number, prefix = 'm'): { readonly type: 'message'; readonly messageId: string; readonly text: string }[] {
  return Array.from({ length: count }, (_, index) => ({ type: 'message', messageId: `${prefix}-${index}`, text: `text ${index}` }))
}
