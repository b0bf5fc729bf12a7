import type { Collection } from 'mongodb'
import { type AccountConversations, createConversationStore } from '../../src/index.js'
import { mongo } from '../../src/mongo/index.js'
import type { TestDatabase } from './database.js'

/** What a command answers after the process of its caller has ended. */
export const ends = () => Promise.reject(new Error('the process ends here'))

/**
 * An account whose process ends in commands of one collection, which has the methods of `replaced` in place of the
 * driver's.
 */
export function cutOffAccount(
  { client, db }: TestDatabase,
  collection: string | undefined,
  replaced: (opened: Collection) => object,
): AccountConversations {
  const broken = {
    startSession: () => client.startSession(),
    db: () => ({
      command: (command: object) => db.command(command),
      createCollection: () => Promise.reject(new Error('no')),
      listCollections: () => db.listCollections(),
      collection: (name: string, options?: object) => {
        const opened = db.collection(name, options)
        return name === collection ? Object.assign(Object.create(opened), replaced(opened)) : opened
      },
    }),
  }
  return createConversationStore({ adapter: mongo({ client: broken, db: db.databaseName }), retry: { attempts: 1 } }).forAccount('acme')
}
