import { describe, expect, test } from 'vitest'
import { allowClosedDuplicates, ensureReady } from '../../src/adoption/index.js'
import { prismaDatabase } from './schema-engine.js'
import { scratchDatabase } from './scratch-database.js'
import { changedSchema, type PrismaVersion, prisma6, prisma7, prisma74, schemaOf, withPartialIndexes } from './versions.js'

const clean = { executedSteps: 0, unexecutable: [], warnings: [] }
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** A database that `db push` made of the schema from before, and in which closed conversations repeat by now. */
async function allowed(version: PrismaVersion, enforce: 'index' | 'key-column', prisma: 6 | 7) {
  const { url, pool } = await scratchDatabase()
  const database = prismaDatabase(version, url)
  const before = schemaOf(version)
  expect(await database.push(before)).toMatchObject({ unexecutable: [], warnings: [] })
  const closed = allowClosedDuplicates({ db: pool, enforce, prisma })
  const { prisma: change, connections } = await closed.plan()
  expect(connections.map(({ old }) => old.length)).toEqual([1, 1, 1, 1])
  expect(await closed.apply()).toMatchObject({ ok: true })
  return { database, pool, closed, before, change, after: changedSchema(before, change) }
}

describe.each([prisma6, prisma7])('db push of $name', (version) => {
  test.each(['index', 'key-column'] as const)('after the printed change has nothing to do, by the %s', async (enforce) => {
    const { database, closed, after } = await allowed(version, enforce, 6)
    expect(await database.push(after)).toEqual(clean)
    expect(await database.push(after, { force: true })).toEqual(clean)
    expect(await closed.verify()).toMatchObject({ ok: true })
    await database.end()
  })
})

test('db push of Prisma 7.4 has nothing to do after the change for 7, which declares the partial indexes', async () => {
  const { database, closed, after } = await allowed(prisma74, 'index', 7)
  expect(await database.push(withPartialIndexes(after), { force: true })).toEqual(clean)
  expect(await closed.verify()).toMatchObject({ ok: true })
  await database.end()
})

test('db push of Prisma 7.4 drops partial indexes that are not declared, and the next start says so and mends it', async () => {
  const { database, pool, after } = await allowed(prisma74, 'index', 6)
  expect((await database.push(after)).executedSteps).toBe(4)
  const lines: string[] = []
  const options = { db: pool, allowClosed: {}, logger: { ...silent, warn: (line: string) => void lines.push(line) } }
  expect(await ensureReady(null, options)).toMatchObject({ ready: false })
  expect(lines).toEqual([expect.stringMatching(/was dropped since, as an ORM does .*pageConnectionId_psid_active_key is missing/)])
  expect(await ensureReady(null, { ...options, mode: 'run' })).toMatchObject({ ready: true })
  await database.end()
})

test('db push of Prisma 7.10 by the engine of npm asks for declared partial indexes again, and does nothing without leave', async () => {
  const { database, closed, after } = await allowed(prisma7, 'index', 7)
  const pushed = await database.push(withPartialIndexes(after))
  expect(pushed).toMatchObject({ executedSteps: 0, unexecutable: [] })
  expect(pushed.warnings).toHaveLength(4)
  expect(await closed.verify()).toMatchObject({ ok: true })
  await database.end()
})

test.each([prisma6, prisma7])('a forgotten change with $name is told at the next start, and mended', async (version) => {
  const { database, pool, before } = await allowed(version, 'index', 6)
  await database.push(before, { force: true })
  const report = await ensureReady(null, { db: pool, allowClosed: {}, logger: silent })
  expect(report).toMatchObject({ ready: false })
  expect(report.parts[0]?.problems.join(' ')).toContain('was dropped since')
  expect(await ensureReady(null, { db: pool, allowClosed: {}, logger: silent, mode: 'run' })).toMatchObject({ ready: true })
  await database.end()
})

describe.each([prisma6, prisma7])('the migration of $name', (version) => {
  test.each(['index', 'key-column'] as const)('and the printed SQL make a fresh database alike, by the %s', async (enforce) => {
    const { database, before, change, after } = await allowed(version, enforce, 6)
    const first = await database.migration(null, before)
    const second = await database.migration(before, after)
    expect(second.match(/DROP INDEX/g)).toHaveLength(4)
    const { url, pool } = await scratchDatabase()
    const fresh = prismaDatabase(version, url)
    // The engine of npm cuts a migration at each semicolon, also within a function, which Prisma's own does not.
    const isCut = enforce === 'key-column'
    const sql = isCut ? '' : change.sql.map((statement) => `${statement};`).join('\n')
    expect(await fresh.deploy(after, [first, `${second}\n${sql}\n`])).toHaveLength(2)
    if (isCut) for (const statement of change.sql) await pool.query(statement)
    expect(await allowClosedDuplicates({ db: pool, enforce }).verify()).toMatchObject({ ok: true, problems: [] })
    expect(await fresh.push(after)).toMatchObject({ executedSteps: 0, unexecutable: [] })
    await Promise.all([database.end(), fresh.end()])
  })
})

test.each([prisma6, prisma7])("$name drops the helper's own table unless the host names it as external", async (version) => {
  const { database, closed, after } = await allowed(version, 'index', 6)
  const { warnings } = await database.push(after, { external: [] })
  expect(warnings).toEqual([expect.stringContaining('drop the `conversation_store_adoption` table')])
  expect(await closed.verify()).toMatchObject({ ok: true })
  await database.end()
})
