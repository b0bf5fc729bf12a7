import { deepEqual } from 'node:assert/strict'
import { describe, test } from 'vitest'
import { functionsOf } from '../../src/postgres/functions/functions.js'
import { createNames } from '../../src/postgres/names.js'
import { unscopedCollections, unscopedTables } from './account-scope.js'

describe('the account in every statement', () => {
  const names = createNames({ schema: 's' })

  for (const { name, body } of functionsOf(names)) test(`stands in the function ${name}`, () => deepEqual(unscopedTables(body), []))

  test('is missed where it is missing', () => {
    const table = names.tables.messages
    deepEqual(unscopedTables(`select 1 from ${table} m where m.id = $1`), ['messages m'])
    deepEqual(unscopedTables(`select 1 from ${table} m join ${table} n on n.account_id = m.account_id where m.account_id = $1`), [
      'messages n',
    ])
    deepEqual(unscopedTables(`delete from ${table} where id = $1`), ['messages'])
    deepEqual(unscopedTables(`update ${table} set text = '' where account_id = $1`), [])
    deepEqual(unscopedTables(`insert into ${table} (id, account_id) values ($1, $2)`), ['insert into messages'])
    deepEqual(unscopedTables(`insert into ${table} (account_id, id) values ($1, $2)`), [])

    const lookup = (match: object) => [
      { $match: { accountId: 'a' } },
      { $lookup: { from: 'messages', as: 'm', pipeline: [{ $match: match }] } },
    ]
    deepEqual(unscopedCollections({ find: 'messages', filter: { _id: 1 } }), ['find messages'])
    deepEqual(unscopedCollections({ find: 'messages', filter: { accountId: { $ne: null } } }), ['find messages'])
    deepEqual(unscopedCollections({ update: 'messages', updates: [{ q: { accountId: 'a' } }, { q: {} }] }), ['update messages'])
    deepEqual(unscopedCollections({ aggregate: 'inboxes', pipeline: lookup({ _id: 1 }) }), ['aggregate messages'])
    deepEqual(unscopedCollections({ aggregate: 'inboxes', pipeline: lookup({ accountId: 'a' }) }), [])
  })
})
