import { expect, test } from 'vitest'
import { openMongoClient } from '../../src/opening/open-mongo.js'
import { openPostgresPool } from '../../src/opening/open-postgres.js'
import { schemeOf } from '../../src/opening/url-scheme.js'

const hint = 'in a user and a password, write @ as %40, / as %2F, : as %3A, ? as %3F, # as %23 and % as %25'

test('a connection string that the driver does not take is refused by its place, with how to write a password', async () => {
  const postgres = { url: 'postgres://u:p/w@host/chat', subject: 'DATABASE_URL', operation: 'migrate' }
  await expect(openPostgresPool(postgres)).rejects.toThrow(`DATABASE_URL: must be a connection string that the driver takes; ${hint}`)
  const mongo = { url: 'mongodb://u:p/w@host/chat', subject: 'MONGODB_URI', operation: 'migrate' }
  const refused = openMongoClient(mongo).catch((error: unknown) => error)
  expect(String(await refused)).toContain(
    `MONGODB_URI: must be a connection string that the driver takes, without unknown options; ${hint}`,
  )
  expect(JSON.stringify(await refused)).not.toContain('p/w')
})

test('a URL of another kind is told which kinds there are', () => {
  expect(() => schemeOf('mysql://u:secret@host/chat')).toThrow(
    'url: must begin with postgres:, postgresql:, mongodb:, mongodb+srv:, pglite:, memory:',
  )
  for (const url of ['pglite:', 'pglite://']) expect(() => schemeOf(url)).toThrow('url: must name a directory: pglite:./directory')
})
