import { MongoClient } from 'mongodb'
import { MongoClient as MongoClient6 } from 'mongodb-6'
import { describe, expect, test } from 'vitest'
import { type MongoOptions, mongo } from '../../src/mongo/index.js'

describe('the options of mongo()', () => {
  const url = 'mongodb://127.0.0.1:1/'

  test('take a client of the driver 6 or 7, and a database or its name, and send nothing', () => {
    const [client, client6] = [new MongoClient(url), new MongoClient6(url)]
    expect(mongo({ client, db: 'app' }).name).toBe('mongo')
    expect(mongo({ client, db: client.db('app') }).name).toBe('mongo')
    expect(mongo({ client: client6, db: client6.db('app') }).name).toBe('mongo')
  })

  test.each([
    [undefined, ['client', 'db']],
    [{}, ['client', 'db']],
    [{ client: url, db: 'app' }, ['client']],
    [{ client: new MongoClient(url), db: '' }, ['db']],
    [{ client: new MongoClient(url), db: { name: 'app' } }, ['db']],
  ])('are refused when they are no client or no database: %#', (options, paths) => {
    const issues = paths.map((path) => expect.objectContaining({ path }))
    expect(() => mongo(options as unknown as MongoOptions)).toThrow(
      expect.objectContaining({ code: 'VALIDATION_FAILED', details: { issues } }),
    )
  })
})
