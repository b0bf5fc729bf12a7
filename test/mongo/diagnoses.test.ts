import { describe, expect, test } from 'vitest'
import type { Doc, MongoClientLike, MongoDb } from '../../src/mongo/driver.js'
import { diagnose } from '../../src/platform/mongo/diagnose.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { openDatabase } from './database.js'

/** What doctor finds on a server that answers some commands as it is told to. */
async function found(answers: Readonly<Record<string, Doc | Error>>) {
  await using database = await openDatabase(serverUrl('mongoReplicaSet'))
  const answering = (db: MongoDb): MongoDb =>
    new Proxy(db, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target)
        if (name !== 'command') return typeof member === 'function' ? member.bind(target) : member
        return async (command: Doc, options?: object) => {
          const answer = answers[Object.keys(command)[0] ?? '']
          if (answer instanceof Error) throw answer
          return answer ?? target.command(command, options)
        }
      },
    })
  const client: MongoClientLike = {
    db: (name?: string) => answering(database.client.db(name) as unknown as MongoDb),
    startSession: () => {
      throw new Error('nobody asks for a session')
    },
  }
  const diagnoses = await diagnose(client, answering(database.db as unknown as MongoDb), 'chat_public')
  return Object.fromEntries(diagnoses.map(({ check, state, found: what }) => [check, [state, what]]))
}

const hello = (fields: Doc) => ({ hello: { localTime: new Date(), setName: 'rs0', ...fields } })
const operations = (firstBatch: readonly Doc[]) => ({ aggregate: { cursor: { firstBatch } } })
const privileges = (...authenticatedUserPrivileges: readonly Doc[]) => ({
  connectionStatus: { authInfo: { authenticatedUsers: [{ user: 'app' }], authenticatedUserPrivileges } },
})
const needed = 'find insert update remove listCollections listIndexes createCollection createIndex dropIndex collMod dropCollection'.split(
  ' ',
)

describe.skipIf(isServerAbsent('mongoReplicaSet'))('the words of doctor on MongoDB', () => {
  test('where all is well', async () => {
    expect(await found({ ...hello({}), ...operations([]), connectionStatus: { authInfo: { authenticatedUsers: [] } } })).toEqual({
      'server version': ['ok', expect.stringMatching(/^MongoDB \d+\.\d+\.\d+$/)],
      rights: ['ok', 'the client has no user; a server without access control asks for none'],
      transactions: ['ok', 'the replica set rs0'],
      indexes: ['ok', 'none is being built'],
      'unique indexes': ['ok', 'the store’s tables have no others than the store’s'],
      clock: ['ok', expect.stringMatching(/^\d\.\d s from this machine's$/)],
      'long transactions': ['ok', 'none is open for more than 60 s'],
    })
  })

  test('of an old server that is alone, with another clock, at work', async () => {
    const busy = [
      { ns: 'chat.users', createIndexes: 'users' },
      { ns: 'chat.users', msg: 'Index Build: scanning' },
      { openMicros: 90e6 },
      { openMicros: 61e6 },
    ]
    const behind = hello({ setName: undefined, localTime: new Date(Date.now() - 60_000) })
    expect(await found({ ...behind, ...operations(busy), buildInfo: { version: '4.4.1' } })).toMatchObject({
      'server version': ['problem', 'MongoDB 4.4.1; 5.0 or newer is needed'],
      transactions: [
        'warning',
        'a standalone server has none: calls with events are refused, and a batch of a migration may come again after a crash; make it a replica set, of which one node is enough',
      ],
      indexes: ['warning', 'being built in chat.users; a migration of the same waits for it'],
      clock: [
        'warning',
        expect.stringMatching(
          /^the server's is (59|6\d)\.\d s behind this machine's; leases go by the server's, yet one of the two is wrong$/,
        ),
      ],
      'long transactions': ['warning', '2 open, the oldest for 90 s; an index is not built on what they hold'],
    })
  })

  test('of a user who may not look, and may not do all', async () => {
    const refused = Object.assign(new Error('not authorized'), { code: 13 })
    const lacking = needed.filter((action) => action !== 'find')
    const unseen = 'not to be seen by this user; the privilege `inprog` on the cluster shows it'
    const only = privileges({ resource: { db: 'chat_public', collection: '' }, actions: ['find'] })
    expect(await found({ ...hello({ setName: undefined, msg: 'isdbgrid' }), aggregate: refused, ...only })).toMatchObject({
      rights: ['problem', `the user may not ${lacking.join(', ')} in chat_public; grant readWrite and dbAdmin on chat_public, or dbOwner`],
      transactions: ['ok', 'a sharded cluster'],
      indexes: ['warning', `what is being built is ${unseen}`],
      'long transactions': ['warning', `they are ${unseen}`],
    })
  })

  test('of rights here, and everywhere', async () => {
    const here = privileges({ resource: { db: 'chat_public', collection: '' }, actions: needed })
    expect((await found(here)).rights).toEqual([
      'warning',
      "in chat_public; in the tenants' databases only where the user has been granted them one by one",
    ])
    const everywhere = privileges({ resource: { db: '', collection: '' }, actions: ['anyAction'] })
    expect((await found(everywhere)).rights).toEqual(['ok', 'in every database'])
  })
})
