import { MongoClient } from 'mongodb'
import { Client } from 'pg'
import { describe, expect, inject, test } from 'vitest'

describe('the servers of this run', () => {
  const postgres = inject('postgres')
  test.skipIf(postgres.url === null)('PostgreSQL answers with the version that was printed', async () => {
    if (postgres.url === null) return
    expect(await postgresVersion(postgres.url)).toContain(`PostgreSQL ${postgres.version}`)
  })

  const pgbouncer = inject('pgbouncer')
  test.skipIf(pgbouncer.url === null)('PgBouncer leads to the same PostgreSQL', async () => {
    if (pgbouncer.url === null || postgres.url === null) return
    expect(await postgresVersion(pgbouncer.url)).toContain(`PostgreSQL ${postgres.version}`)
  })

  const replicaSet = inject('mongoReplicaSet')
  test.skipIf(replicaSet.url === null)('the MongoDB replica set has a primary', async () => {
    if (replicaSet.url === null) return
    const { version, hello } = await mongoFacts(replicaSet.url)
    expect(version).toBe(replicaSet.version)
    expect(hello).toMatchObject({ isWritablePrimary: true, setName: expect.any(String) })
  })

  const standalone = inject('mongoStandalone')
  test.skipIf(standalone.url === null)('the standalone MongoDB is no replica set', async () => {
    if (standalone.url === null) return
    const { version, hello } = await mongoFacts(standalone.url)
    expect(version).toBe(standalone.version)
    expect(hello).not.toHaveProperty('setName')
  })
})

async function postgresVersion(url: string): Promise<string | undefined> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ version: string }>('select version()')
    return rows[0]?.version
  } finally {
    await client.end()
  }
}

async function mongoFacts(url: string) {
  const client = new MongoClient(url)
  try {
    const admin = client.db('admin')
    const { version } = await admin.command({ buildInfo: 1 })
    return { version, hello: await admin.command({ hello: 1 }) }
  } finally {
    await client.close()
  }
}
