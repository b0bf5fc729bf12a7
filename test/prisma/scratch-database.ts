import { randomUUID } from 'node:crypto'
import { Client, Pool } from 'pg'
import { onTestFinished } from 'vitest'
import { serverUrl } from '../contract/server.js'

/** Makes a database of its own, because Prisma works on a whole one. It is dropped when the test has finished. */
export async function scratchDatabase(): Promise<{ readonly url: string; readonly pool: Pool }> {
  const name = `prisma_${randomUUID().replaceAll('-', '')}`
  const server = new Client({ connectionString: serverUrl('postgres') })
  await server.connect()
  await server.query(`create database ${name}`)
  const url = new URL(serverUrl('postgres'))
  url.pathname = name
  const pool = new Pool({ connectionString: url.href, max: 10 })
  pool.on('error', () => {})
  onTestFinished(async () => {
    await pool.end()
    await server.query(`drop database if exists ${name}`).catch(() => undefined)
    await server.end()
  })
  return { url: url.href, pool }
}
