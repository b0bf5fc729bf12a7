import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { MongoClient } from 'mongodb'
import { Client } from 'pg'
import { describe, expect, inject, it } from 'vitest'

/** Runs a program of the README as a stranger would: all that it is told is where the server is. */
async function printed(snippet: string, env: Record<string, string>): Promise<string> {
  const command = ['--import', 'tsx', `examples/snippets/${snippet}.ts`]
  const { stdout } = await promisify(execFile)(process.execPath, command, { env: { ...process.env, ...env } })
  return stdout
}

describe("the README's programs on a server", () => {
  const postgres = inject('postgres')
  it.runIf(postgres.url !== null)('run on a pg pool, the second time without a change', async () => {
    const name = `snippet_${randomUUID().replaceAll('-', '')}`
    const server = new Client({ connectionString: postgres.url ?? '' })
    await server.connect()
    try {
      await server.query(`create database ${name}`)
      const url = new URL(postgres.url ?? '')
      url.pathname = name
      expect(await printed('postgres', { DATABASE_URL: url.href })).toBe('created\n')
      expect(await printed('postgres', { DATABASE_URL: url.href })).toBe('duplicate\n')
      // It is dropped only when the program has ended all its connections.
      await server.query(`drop database ${name}`)
    } finally {
      await server.end()
    }
  })

  const mongo = inject('mongoReplicaSet')
  it.runIf(mongo.url !== null)('run on a MongoClient, the second time without a change', async () => {
    const url = new URL(mongo.url ?? '')
    url.pathname = `snippet_${randomUUID().replaceAll('-', '')}`
    const client = new MongoClient(url.href)
    try {
      expect(await printed('mongo', { MONGODB_URI: url.href })).toBe('created\n')
      expect(await printed('mongo', { MONGODB_URI: url.href })).toBe('duplicate\n')
      expect(await client.db().collection('conversations').countDocuments()).toBe(1)
    } finally {
      await client.db().dropDatabase()
      await client.close()
    }
  })
})
