import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { openConversation } from '../../examples/adoption/open-conversation.js'
import { allowClosedDuplicates } from '../../src/adoption/index.js'
import { prismaDatabase } from './schema-engine.js'
import { scratchDatabase } from './scratch-database.js'
import { changedSchema, type PrismaVersion, prisma6, prisma7, schemaOf } from './versions.js'

type Client = Parameters<typeof openConversation>[0] & { $disconnect(): Promise<void> }

async function clientOf({ folder }: PrismaVersion, connectionString: string): Promise<Client> {
  const { PrismaPg } = createRequire(new URL('package.json', folder))('@prisma/adapter-pg')
  const { PrismaClient } = await import(/* @vite-ignore */ new URL('generated/client.ts', folder).href)
  return new PrismaClient({ adapter: new PrismaPg({ connectionString, max: 20 }) })
}

describe.each([prisma6, prisma7])("the host's insert with $name", (version) => {
  test.each(['index', 'key-column'] as const)('lets 50 racers end with one OPEN row that all hold, by the %s', async (enforce) => {
    const { url, pool } = await scratchDatabase()
    const database = prismaDatabase(version, url)
    await database.push(schemaOf(version))
    const closed = allowClosedDuplicates({ db: pool, enforce, prisma: 6 })
    const { prisma: change } = await closed.plan()
    expect(await closed.apply()).toMatchObject({ ok: true })
    expect(await database.push(changedSchema(schemaOf(version), change))).toEqual({ executedSteps: 0, unexecutable: [], warnings: [] })
    await database.end()
    const prisma = await clientOf(version, url)
    try {
      const customer = { pageConnectionId: 'page-1', psid: 'X' }
      for (const round of [1, 2, 3]) {
        const held = await Promise.all(Array.from({ length: 50 }, () => openConversation(prisma, customer)))
        expect(new Set(held.map(({ id }) => id)).size).toBe(1)
        const { rows } = await pool.query(`select id, status::text as status from conversations where status <> 'CLOSED'`)
        expect(rows).toEqual([{ id: held[0]?.id, status: 'OPEN' }])
        await pool.query(`update conversations set status = 'CLOSED'`)
        expect((await pool.query('select 1 from conversations')).rowCount).toBe(round)
      }
    } finally {
      await prisma.$disconnect()
    }
  })
})
