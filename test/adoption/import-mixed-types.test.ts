import { Decimal128, Int32, Long, ObjectId } from 'mongodb'
import { expect, test } from 'vitest'
import { importHosts } from './import-hosts.js'
import { at, importInto, line, seen } from './import-rows.js'
import { mongoHost } from './mongo-host.js'

const hex = '0123456789abcdef01234567'

test('ids that are one text are one customer on MongoDB, whatever their types are', async () => {
  const host = await importHosts[0]?.[1]()
  if (host === undefined) throw new Error('there is no host')
  const store = await host.openStore()
  const { client } = await mongoHost()
  const chats = client.db(host.name).collection<{ _id: string }>('chats')
  const psids: readonly unknown[] = [
    new Int32(5),
    new ObjectId(hex),
    Long.fromString('9007199254740993'),
    'true',
    '5',
    hex,
    '9007199254740993',
    true,
    Decimal128.fromString('5'),
  ]
  const row = { account: 'acme', page: 'page-1', state: 'open', unseen: 0 }
  await chats.insertMany(psids.map((psid, n) => ({ _id: `c${n}`, ...row, psid, last_at: at(n) })))
  await host.addLines(psids.map((_, n) => line(`c${n}`, n, { sender: 'customer' })))
  const importing = importInto(host, store, { apply: true, pace: { first: 1, least: 1, most: 1 } })
  expect((await importing.plan()).customers).toBe(4)
  const { applied, verified } = await importing.run()
  expect(applied).toMatchObject({ conversations: 4, merged: 5, messages: 9 })
  expect(verified).toMatchObject({ ok: true, problems: [], accounts: [{ accountId: 'acme', customers: 4, conversations: 4 }] })
  expect((await seen(store, '5'))?.messages).toHaveLength(3)
})
